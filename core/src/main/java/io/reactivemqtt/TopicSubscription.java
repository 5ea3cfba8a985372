package io.reactivemqtt;

import java.util.Objects;

/** One Topic Filter and how the Server shall treat it (MQTT 5.0 §3.8.3.1). Immutable; two with equal parts are equal. */
public final class TopicSubscription {

    /** When the Server sends retained messages because of a subscription. */
    public enum RetainHandling {
        /** Each time the subscription is made. */
        SEND(0),
        /** Only when the subscription is new to the Session. */
        SEND_IF_NEW(1),
        /** Never. */
        DO_NOT_SEND(2);

        private static final RetainHandling[] VALUES = values();

        private final int value;

        RetainHandling(int value) {
            this.value = value;
        }

        /** Returns the number that stands in SUBSCRIBE: 0, 1 or 2. */
        public int value() {
            return value;
        }

        /**
         * Returns the Retain Handling of a number.
         *
         * @throws IllegalArgumentException if {@code value} is not 0, 1 or 2
         */
        public static RetainHandling of(int value) {
            if (value < 0 || value >= VALUES.length) {
                throw new IllegalArgumentException("Retain Handling is 0, 1 or 2, not " + value);
            }
            return VALUES[value];
        }
    }

    private final TopicFilter topicFilter;
    private final Qos qos;
    private final boolean noLocal;
    private final boolean retainAsPublished;
    private final RetainHandling retainHandling;

    private TopicSubscription(
            TopicFilter topicFilter,
            Qos qos,
            boolean noLocal,
            boolean retainAsPublished,
            RetainHandling retainHandling) {
        this.topicFilter = Objects.requireNonNull(topicFilter, "topicFilter");
        this.qos = Objects.requireNonNull(qos, "qos");
        this.noLocal = noLocal;
        this.retainAsPublished = retainAsPublished;
        this.retainHandling = Objects.requireNonNull(retainHandling, "retainHandling");
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

    /**
     * Returns this with or without No Local: the Server keeps away what this client itself published. Not in MQTT 3.1.1.
     *
     * @throws IllegalArgumentException if it is a Shared Subscription [MQTT-3.8.3-4]
     */
    public TopicSubscription withNoLocal(boolean keptAway) {
        return new TopicSubscription(topicFilter, qos, keptAway, retainAsPublished, retainHandling);
    }

    /** Returns this with or without Retain As Published: messages keep the retain flag that they were published with. Not in MQTT 3.1.1. */
    public TopicSubscription withRetainAsPublished(boolean kept) {
        return new TopicSubscription(topicFilter, qos, noLocal, kept, retainHandling);
    }

    /** Returns this with another answer to when retained messages come at all. Not in MQTT 3.1.1. */
    public TopicSubscription withRetainHandling(RetainHandling handling) {
        return new TopicSubscription(
                topicFilter, qos, noLocal, retainAsPublished, Objects.requireNonNull(handling, "handling"));
    }

    /** Returns which messages. */
    public TopicFilter topicFilter() {
        return topicFilter;
    }

    /** Returns the highest QoS at which the Server sends them. */
    public Qos qos() {
        return qos;
    }

    /** Tells whether the Server keeps away what this client itself published. */
    public boolean noLocal() {
        return noLocal;
    }

    /** Tells whether messages keep the retain flag that they were published with. */
    public boolean retainAsPublished() {
        return retainAsPublished;
    }

    /** Returns when retained messages come at all. */
    public RetainHandling retainHandling() {
        return retainHandling;
    }

    /** Tells whether MQTT 3.1.1 can say this. */
    public boolean hasDefaultOptions() {
        return !noLocal && !retainAsPublished && retainHandling == RetainHandling.SEND;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicSubscription that
                && topicFilter.equals(that.topicFilter)
                && qos == that.qos
                && noLocal == that.noLocal
                && retainAsPublished == that.retainAsPublished
                && retainHandling == that.retainHandling;
    }

    @Override
    public int hashCode() {
        return Objects.hash(topicFilter, qos, noLocal, retainAsPublished, retainHandling);
    }

    @Override
    public String toString() {
        return "TopicSubscription[" + topicFilter + ", QoS " + qos.level() + (noLocal ? ", No Local" : "")
                + (retainAsPublished ? ", Retain As Published" : "")
                + (retainHandling == RetainHandling.SEND ? "" : ", Retain Handling " + retainHandling) + "]";
    }
}
