package io.reactivemqtt.session;

import io.reactivemqtt.Payload;
import io.reactivemqtt.exception.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * The application's part in one enhanced authentication (MQTT 5.0 §4.12). Calls come in the middle of a transition, so an
 * implementation never calls the session back from here.
 */
public interface AuthenticationPart {

    /** Returns the Authentication Method. */
    String method();

    /** Returns what the client says first, or null. */
    @Nullable
    Payload firstData();

    /**
     * The Server asks for more: {@link Session#authenticate} or {@link Session#onAuthenticationFailed} is to follow.
     *
     * @param data the Server's Authentication Data; empty if it sent none
     */
    void challenged(Payload data);

    /**
     * The Server is content.
     *
     * @param data the Server's last Authentication Data, or null
     * @return why the application is not; null: it is
     */
    @Nullable
    MqttException succeeded(@Nullable Payload data);
}
