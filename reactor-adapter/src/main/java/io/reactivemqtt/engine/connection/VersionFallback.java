package io.reactivemqtt.engine.connection;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.MqttException;
import org.jspecify.annotations.Nullable;

/** Which version of MQTT is spoken: the other one is tried, once in an attempt, with a Server that may not have this one. Loop only. */
final class VersionFallback {

    private SessionOptions spoken;
    private SessionOptions other;
    private boolean triesOther;
    private boolean wasAccepted;

    private VersionFallback(SessionOptions first, SessionOptions other) {
        this.spoken = first;
        this.other = other;
    }

    /** Returns one, or null where there is no other version. */
    static @Nullable VersionFallback of(SessionOptions options) {
        SessionOptions fallback = options.fallback();
        return fallback == null ? null : new VersionFallback(options, fallback);
    }

    SessionOptions spoken() {
        return spoken;
    }

    /** Goes on with the other version, if {@code cause} may be for want of this one; false if not, and the usual one holds again. */
    boolean goOnWithOther(MqttException cause) {
        boolean goesOn = !triesOther && isForVersion(cause);
        if (goesOn || triesOther) {
            turn();
        }
        triesOther = goesOn;
        return goesOn;
    }

    private boolean isForVersion(MqttException cause) {
        return cause.reasonCode() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                || (!wasAccepted && cause instanceof ConnectFailedException failed && failed.phase() == Phase.CONNACK);
    }

    /** The attempt is over, whoever has ended it: what the other version was tried for is open. */
    void attemptEnded() {
        if (triesOther) {
            triesOther = false;
            turn();
        }
    }

    private void turn() {
        SessionOptions before = spoken;
        spoken = other;
        other = before;
    }

    /** The Server has accepted the connection, so this version is the usual one. */
    void connected() {
        triesOther = false;
        wasAccepted = true;
    }
}
