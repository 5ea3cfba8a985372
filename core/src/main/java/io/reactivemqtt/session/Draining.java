package io.reactivemqtt.session;

import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.LimitExceededException;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.packet.Disconnect;
import org.jspecify.annotations.Nullable;

/** A wish to end the connection, which may wait for messages on their way. */
record Draining(Request request, Disconnect disconnect, long deadlineNanos) {

    private static final Disconnect NORMAL = new Disconnect(ReasonCode.SUCCESS);

    /** Returns what this client cannot tell the Server, or null. */
    @Nullable
    LimitExceededException refusal(ConnectOptions options) {
        Long expirySeconds = disconnect.sessionExpiryIntervalSeconds();
        if (options.protocolVersion() == ProtocolVersion.MQTT_3_1_1 && !disconnect.equals(NORMAL)) {
            return new LimitExceededException("MQTT 3.1.1 has no way to say more than that it disconnects", null);
        } else if (expirySeconds != null
                && expirySeconds > 0
                && options.sessionExpiryInterval().isZero()) { // MQTT 5.0 §3.14.2.2.2
            return new LimitExceededException(
                    "CONNECT said that the Session ends with the connection, and DISCONNECT cannot prolong it", null);
        }
        return null;
    }

    /** Leaves out words for people where they make the packet too large [MQTT-3.14.2-3] [MQTT-3.14.2-4]. */
    Disconnect fitting(ServerLimits limits, Outbox outbox) {
        return !limits.limitsPacketSize() || limits.refusal(outbox.encodedLength(disconnect)) == null
                ? disconnect
                : new Disconnect(
                        disconnect.reasonCode(),
                        disconnect.sessionExpiryIntervalSeconds(),
                        null,
                        UserProperties.EMPTY,
                        null);
    }
}
