package io.reactivemqtt.samples;

import io.reactivemqtt.MqttException;
import io.reactivemqtt.SessionEvent;

/** Says in one line what happened to the connection and the Session. */
final class EventWords {

    private EventWords() {}

    static String of(SessionEvent event) {
        if (event instanceof SessionEvent.Connected connected) {
            return connected.sessionPresent()
                    ? "connected: the Server has kept the Session"
                    : "connected: a new Session";
        }
        if (event instanceof SessionEvent.SessionResumed resumed) {
            return "Session resumed: sent again " + resumed.publishesToRepeat() + " PUBLISH, "
                    + resumed.releasesToRepeat() + " PUBREL";
        }
        if (event instanceof SessionEvent.Disconnected disconnected) {
            MqttException cause = disconnected.cause();
            return cause == null ? "disconnected" : "disconnected: " + cause.getMessage();
        }
        if (event instanceof SessionEvent.ReconnectScheduled scheduled) {
            return "reconnect: attempt " + scheduled.attempt() + " in "
                    + scheduled.delay().toMillis() + " ms";
        }
        return event.toString();
    }
}
