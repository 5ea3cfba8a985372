package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PUBACK: ends a QoS 1 flow (MQTT 5.0 §3.4).
 *
 * @param packetIdentifier of the PUBLISH, 1 to 65,535
 * @param reasonCode one of {@link #REASON_CODES}
 * @param reasonString the Reason String, a text for logs, or null
 * @param userProperties pairs of strings
 */
public record PubAck(
        int packetIdentifier,
        ReasonCode reasonCode,
        @Nullable String reasonString,
        UserProperties userProperties) implements Acknowledgement {

    /** The Reason Codes that the standard lists for this packet. */
    public static final Set<ReasonCode> REASON_CODES = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.NO_MATCHING_SUBSCRIBERS,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.PAYLOAD_FORMAT_INVALID));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public PubAck {
        Checks.requirePacketIdentifier(packetIdentifier);
        Checks.requireListed(reasonCode, REASON_CODES, PacketType.PUBACK);
        Checks.requireText(reasonString, "the Reason String");
    }

    /**
     * Returns {@code answer}, which PUBACK and PUBREC carry: they list the same.
     *
     * @throws IllegalArgumentException if they do not
     */
    public static ReasonCode requireReasonCode(ReasonCode answer) {
        if (!REASON_CODES.contains(answer)) {
            throw new IllegalArgumentException("PUBACK and PUBREC do not carry the Reason Code " + answer);
        }
        return answer;
    }

    /** Says no more than the Reason Code. */
    public PubAck(int packetIdentifier, ReasonCode reasonCode) {
        this(packetIdentifier, reasonCode, null, UserProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }
}
