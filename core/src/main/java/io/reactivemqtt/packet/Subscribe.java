package io.reactivemqtt.packet;

import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.UserProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE: asks the Server for messages (MQTT 5.0 §3.8).
 *
 * @param packetIdentifier 1 to 65,535
 * @param subscriptions at least one
 * @param subscriptionIdentifier comes back with each message that one of them matches, 1 to 268,435,455; null: none
 * @param userProperties pairs of strings
 */
public record Subscribe(
        int packetIdentifier,
        List<TopicSubscription> subscriptions,
        @Nullable Integer subscriptionIdentifier,
        UserProperties userProperties)
        implements Packet {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public Subscribe {
        Checks.requirePacketIdentifier(packetIdentifier);
        subscriptions = List.copyOf(subscriptions);
        Checks.require(!subscriptions.isEmpty(), "SUBSCRIBE has at least one Topic Filter [MQTT-3.8.3-2]");
        Checks.requireRange(subscriptionIdentifier, 1, 268_435_455, "a Subscription Identifier");
    }

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }
}
