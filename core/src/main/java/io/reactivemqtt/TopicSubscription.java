package io.reactivemqtt;

import java.util.Objects;

/**
 * One Topic Filter and how the Server shall treat it (MQTT 5.0 §3.8.3.1).
 *
 * @param topicFilter which messages
 * @param qos the highest QoS at which the Server sends them
 * @param noLocal whether the Server keeps away what this client itself published; not in MQTT 3.1.1
 * @param retainAsPublished whether messages keep the retain flag that they were published with; not in MQTT 3.1.1
 * @param retainHandling when retained messages come at all; not in MQTT 3.1.1
 */
public record TopicSubscription(
        TopicFilter topicFilter, Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {

    /** When the Server sends retained messages because of a subscription. The ordinal is what stands in SUBSCRIBE. */
    public enum RetainHandling {
        /** Each time the subscription is made. */
        SEND,
        /** Only when the subscription is new to the Session. */
        SEND_IF_NEW,
        /** Never. */
        DO_NOT_SEND
    }

    /**
     * Checks that the parts go together.
     *
     * @throws IllegalArgumentException if No Local is asked of a Shared Subscription [MQTT-3.8.3-4]
     */
    public TopicSubscription {
        Objects.requireNonNull(topicFilter, "topicFilter");
        Objects.requireNonNull(qos, "qos");
        Objects.requireNonNull(retainHandling, "retainHandling");
        if (noLocal && topicFilter.isShared()) {
            throw new IllegalArgumentException("No Local does not go with a Shared Subscription [MQTT-3.8.3-4]");
        }
    }

    /** Returns a subscription with the options that MQTT 3.1.1 has: all of them at their defaults. */
    public static TopicSubscription of(TopicFilter topicFilter, Qos qos) {
        return new TopicSubscription(topicFilter, qos, false, false, RetainHandling.SEND);
    }

    /**
     * Returns a subscription with all options at their defaults.
     *
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public static TopicSubscription of(String topicFilter, Qos qos) {
        Objects.requireNonNull(topicFilter, "topicFilter");
        Objects.requireNonNull(qos, "qos");
        return of(TopicFilter.of(topicFilter), qos);
    }

    /** Tells whether MQTT 3.1.1 can say this. */
    public boolean hasDefaultOptions() {
        return !noLocal && !retainAsPublished && retainHandling == RetainHandling.SEND;
    }
}
