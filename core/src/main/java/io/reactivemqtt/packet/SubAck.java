package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SUBACK: the Server's answer to each Topic Filter of a SUBSCRIBE, in its order (MQTT 5.0 §3.9).
 *
 * @param packetIdentifier of the SUBSCRIBE
 * @param reasonCodes one for each Topic Filter, each one of {@link #REASON_CODES}
 * @param reasonString the Reason String, a text for logs, or null
 * @param userProperties pairs of strings
 */
public record SubAck(
        int packetIdentifier,
        List<ReasonCode> reasonCodes,
        @Nullable String reasonString,
        UserProperties userProperties)
        implements Packet {

    /** The Reason Codes that the standard lists for this packet. */
    public static final Set<ReasonCode> REASON_CODES = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.GRANTED_QOS_1,
            ReasonCode.GRANTED_QOS_2,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_FILTER_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
            ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public SubAck {
        Checks.requirePacketIdentifier(packetIdentifier);
        reasonCodes = List.copyOf(reasonCodes);
        Checks.require(!reasonCodes.isEmpty(), "SUBACK has at least one Reason Code");
        reasonCodes.forEach(code -> Checks.requireListed(code, REASON_CODES, PacketType.SUBACK));
        Checks.requireText(reasonString, "the Reason String");
    }

    /** Says no more than the Reason Codes. */
    public SubAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
        this(packetIdentifier, reasonCodes, null, UserProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
