package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PUBREC: the receiver of a QoS 2 PUBLISH has it (MQTT 5.0 §3.5).
 *
 * @param packetIdentifier of the PUBLISH, 1 to 65,535
 * @param reasonCode one of {@link #REASON_CODES}
 * @param reasonString the Reason String, a text for logs, or null
 * @param userProperties pairs of strings
 */
public record PubRec(
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
    public PubRec {
        Checks.requirePacketIdentifier(packetIdentifier);
        Checks.requireListed(reasonCode, REASON_CODES, PacketType.PUBREC);
        Checks.requireText(reasonString, "the Reason String");
    }

    /** Says no more than the Reason Code. */
    public PubRec(int packetIdentifier, ReasonCode reasonCode) {
        this(packetIdentifier, reasonCode, null, UserProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREC;
    }
}
