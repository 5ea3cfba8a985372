package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * UNSUBACK: the Server's answer to each Topic Filter of an UNSUBSCRIBE, in its order (MQTT 5.0 §3.11).
 *
 * @param packetIdentifier of the UNSUBSCRIBE
 * @param reasonCodes one for each Topic Filter, each one of {@link #REASON_CODES}; empty in MQTT 3.1.1, which has none
 * @param reasonString the Reason String, a text for logs, or null
 * @param userProperties pairs of strings
 */
public record UnsubAck(
        int packetIdentifier,
        List<ReasonCode> reasonCodes,
        @Nullable String reasonString,
        UserProperties userProperties)
        implements Packet {

    /** The Reason Codes that the standard lists for this packet. */
    public static final Set<ReasonCode> REASON_CODES = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.NO_SUBSCRIPTION_EXISTED,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_FILTER_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public UnsubAck {
        Checks.requirePacketIdentifier(packetIdentifier);
        reasonCodes = List.copyOf(reasonCodes);
        reasonCodes.forEach(code -> Checks.requireListed(code, REASON_CODES, PacketType.UNSUBACK));
        Checks.requireText(reasonString, "the Reason String");
    }

    /** Says no more than the Reason Codes. */
    public UnsubAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
        this(packetIdentifier, reasonCodes, null, UserProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
