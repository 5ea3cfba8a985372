package io.reactivemqtt.engine.transport;

import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.MqttException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect; each is a new one.
 *
 * @param reconnect which of the reconnects in a row, as {@code ReconnectScheduled} counts them; 0: the application connects
 * @param endpoint where to
 * @param session the options in the version of MQTT that is spoken
 * @param headers of the upgrade to WebSocket
 * @param lastFailure why the connection was lost, or the reconnect before failed; null if the application connects
 */
public record Attempt(
        int reconnect,
        Endpoint endpoint,
        SessionOptions session,
        Map<String, String> headers,
        @Nullable MqttException lastFailure) {

    @Override
    public String toString() { // headers may be secrets
        return "Attempt[" + reconnect + ", " + endpoint.shown() + ", " + headers.keySet() + "]";
    }
}
