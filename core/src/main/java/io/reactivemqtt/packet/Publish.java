package io.reactivemqtt.packet;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import java.util.List;

/**
 * PUBLISH: one Application Message on its way, in either direction (MQTT 5.0 §3.3).
 *
 * <p>The message always has its Topic Name: a Topic Alias is a compression of the wire, which the codec resolves.
 *
 * @param message what is on its way
 * @param packetIdentifier 1 to 65,535 at QoS 1 and 2, {@link #NO_PACKET_IDENTIFIER} at QoS 0
 * @param dup whether an earlier attempt to send this packet may have arrived
 * @param topicAlias the Topic Alias on the wire, 1 to 65,535, or {@link #NO_TOPIC_ALIAS}
 * @param subscriptionIdentifiers of the subscriptions that this matched, 1 to 268,435,455 each; only a Server sends them
 */
public record Publish(
        ApplicationMessage message,
        int packetIdentifier,
        boolean dup,
        int topicAlias,
        List<Integer> subscriptionIdentifiers)
        implements Packet {

    /** The Topic Alias of a PUBLISH that has none. */
    public static final int NO_TOPIC_ALIAS = 0;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if they do not go together
     */
    public Publish {
        if (message.qos() == Qos.AT_MOST_ONCE) {
            Checks.require(packetIdentifier == NO_PACKET_IDENTIFIER, "QoS 0 has no Packet Identifier [MQTT-2.2.1-2]");
            Checks.require(!dup, "QoS 0 has DUP 0 [MQTT-3.3.1-2]");
        } else {
            Checks.requirePacketIdentifier(packetIdentifier);
        }
        Checks.require(topicAlias >= 0 && topicAlias <= 65_535, "a Topic Alias is 1 to 65535");
        if (!subscriptionIdentifiers.isEmpty()) {
            subscriptionIdentifiers = List.copyOf(subscriptionIdentifiers);
            for (int subscriptionIdentifier : subscriptionIdentifiers) {
                Checks.requireRange(subscriptionIdentifier, 1, 268_435_455, "a Subscription Identifier");
            }
        }
    }

    /** A PUBLISH as clients send it. */
    public Publish(ApplicationMessage message, int packetIdentifier, boolean dup) {
        this(message, packetIdentifier, dup, NO_TOPIC_ALIAS, List.of());
    }

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }
}
