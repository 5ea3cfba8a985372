package io.reactivemqtt.packet;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.UserProperties;
import java.util.List;

/**
 * UNSUBSCRIBE: ends subscriptions (MQTT 5.0 §3.10).
 *
 * @param packetIdentifier 1 to 65,535
 * @param topicFilters at least one, each as it was subscribed
 * @param userProperties pairs of strings
 */
public record Unsubscribe(int packetIdentifier, List<TopicFilter> topicFilters, UserProperties userProperties)
        implements Packet {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public Unsubscribe {
        Checks.requirePacketIdentifier(packetIdentifier);
        topicFilters = List.copyOf(topicFilters);
        Checks.require(!topicFilters.isEmpty(), "UNSUBSCRIBE has at least one Topic Filter [MQTT-3.10.3-2]");
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
