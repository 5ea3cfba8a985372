package io.reactivemqtt.samples;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.MqttException;

/** Says in one line what happened to the connection and the Session. */
final class EventWords {

    private EventWords() {}

    static String of(ClientEvent event) {
        if (event instanceof ClientEvent.Connected connected) {
            return connected.sessionPresent()
                    ? "connected: the Server has kept the Session"
                    : "connected: a new Session";
        }
        if (event instanceof ClientEvent.SessionResumed resumed) {
            return "Session resumed: sent again " + resumed.publishesToRepeat() + " PUBLISH, "
                    + resumed.releasesToRepeat() + " PUBREL";
        }
        if (event instanceof ClientEvent.Disconnected disconnected) {
            MqttException cause = disconnected.cause();
            return cause == null ? "disconnected" : "disconnected: " + cause.getMessage();
        }
        if (event instanceof ClientEvent.ReconnectScheduled scheduled) {
            return "reconnect: attempt " + scheduled.attempt() + " in "
                    + scheduled.delay().toMillis() + " ms";
        }
        return event.toString();
    }
}
