package io.reactivemqtt.session;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.Disconnect;
import org.jspecify.annotations.Nullable;

/** A wish to end the connection, which may wait for messages on their way. */
record PendingDisconnect(Request request, Disconnect disconnect, long deadlineNanos) {

    private static final Disconnect NORMAL = new Disconnect(ReasonCode.SUCCESS);

    /** Returns what this client cannot tell the Server, or null. */
    @Nullable
    LimitExceededException refusal(SessionOptions options) {
        Long expirySeconds = disconnect.sessionExpiryIntervalSeconds();
        if (options.protocolVersion() == ProtocolVersion.MQTT_3_1_1 && !disconnect.equals(NORMAL)) {
            return new LimitExceededException("DISCONNECT of MQTT 3.1.1 has no Reason Code and no properties", null);
        } else if (expirySeconds != null
                && expirySeconds > 0
                && options.sessionExpiryInterval().isZero()) { // MQTT 5.0 §3.14.2.2.2
            return new LimitExceededException(
                    "CONNECT said that the Session ends with the connection, and DISCONNECT cannot prolong it", null);
        }
        return null;
    }

    /**
     * Returns what of it the Server takes [MQTT-3.2.2-15], or null if nothing is small enough that means the same: words for
     * people are left out first [MQTT-3.14.2-3] [MQTT-3.14.2-4], then the Session Expiry Interval.
     */
    @Nullable
    Disconnect fitting(SessionContext context) {
        if (context.fits(context.encodedLength(disconnect))) {
            return disconnect;
        }
        Disconnect withoutWords = new Disconnect(
                disconnect.reasonCode(), disconnect.sessionExpiryIntervalSeconds(), null, UserProperties.EMPTY, null);
        Disconnect plain = new Disconnect(disconnect.reasonCode());
        if (context.fits(context.encodedLength(withoutWords))) {
            return withoutWords;
        }
        return context.fits(context.encodedLength(plain)) ? plain : null;
    }
}
