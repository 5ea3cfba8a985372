package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import org.jspecify.annotations.Nullable;

/** One step in the acknowledgement of a PUBLISH; the four packets have the same shape. */
public sealed interface Acknowledgement extends Packet permits PubAck, PubRec, PubRel, PubComp {

    /**
     * Returns the packet of {@code type} that says no more than a Reason Code.
     *
     * @throws IllegalArgumentException if {@code type} is none of the four, or the packet does not carry that Reason Code
     */
    static Acknowledgement of(PacketType type, int packetIdentifier, ReasonCode reasonCode) {
        return switch (type) {
            case PUBACK -> new PubAck(packetIdentifier, reasonCode);
            case PUBREC -> new PubRec(packetIdentifier, reasonCode);
            case PUBREL -> new PubRel(packetIdentifier, reasonCode);
            case PUBCOMP -> new PubComp(packetIdentifier, reasonCode);
            default -> throw new IllegalArgumentException(type + " acknowledges no PUBLISH");
        };
    }

    /** Returns the Packet Identifier of the PUBLISH, 1 to 65,535 [MQTT-2.2.1-5]. */
    int packetIdentifier();

    /** Returns how the step went; always {@link ReasonCode#SUCCESS} in MQTT 3.1.1. */
    ReasonCode reasonCode();

    /** Returns the Reason String of the sender, a text for logs, or null. */
    @Nullable
    String reasonString();

    /** Returns the pairs that the sender added. */
    UserProperties userProperties();
}
