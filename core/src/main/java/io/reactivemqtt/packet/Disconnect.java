package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DISCONNECT: the last packet of its sender on a connection (MQTT 5.0 §3.14).
 *
 * @param reasonCode one of {@link #REASON_CODES}
 * @param sessionExpiryIntervalSeconds replaces the one of CONNECT, 0 to 4,294,967,295; null: stays; only a client says it
 * @param reasonString the Reason String, a text for logs, or null
 * @param userProperties pairs of strings
 * @param serverReference another Server to use, or null; only a Server says it
 */
public record Disconnect(
        ReasonCode reasonCode,
        @Nullable Long sessionExpiryIntervalSeconds,
        @Nullable String reasonString,
        UserProperties userProperties,
        @Nullable String serverReference)
        implements Packet {

    /** The Reason Codes that the standard lists for this packet, in either direction. */
    public static final Set<ReasonCode> REASON_CODES = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.SERVER_BUSY,
            ReasonCode.SERVER_SHUTTING_DOWN,
            ReasonCode.BAD_AUTHENTICATION_METHOD,
            ReasonCode.KEEP_ALIVE_TIMEOUT,
            ReasonCode.SESSION_TAKEN_OVER,
            ReasonCode.TOPIC_FILTER_INVALID,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.MESSAGE_RATE_TOO_HIGH,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.PAYLOAD_FORMAT_INVALID,
            ReasonCode.RETAIN_NOT_SUPPORTED,
            ReasonCode.QOS_NOT_SUPPORTED,
            ReasonCode.USE_ANOTHER_SERVER,
            ReasonCode.SERVER_MOVED,
            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
            ReasonCode.CONNECTION_RATE_EXCEEDED,
            ReasonCode.MAXIMUM_CONNECT_TIME,
            ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED));

    /** Those of {@link #REASON_CODES} that a client may send. */
    public static final Set<ReasonCode> CLIENT_REASON_CODES = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.MESSAGE_RATE_TOO_HIGH,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.PAYLOAD_FORMAT_INVALID));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public Disconnect {
        Checks.requireListed(reasonCode, REASON_CODES, PacketType.DISCONNECT);
        Checks.requireUnsigned32(sessionExpiryIntervalSeconds, 0, "the Session Expiry Interval");
        Checks.requireText(reasonString, "the Reason String");
        Checks.requireText(serverReference, "the Server Reference");
    }

    /** Says no more than the Reason Code. */
    public Disconnect(ReasonCode reasonCode) {
        this(reasonCode, null, null, UserProperties.EMPTY, null);
    }

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
