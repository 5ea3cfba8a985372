package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import java.util.Objects;
import java.util.function.Consumer;

/** A subscription whose messages a handler processes, and how. Immutable. */
public final class ConsumeOptions {

    private final SubscribeOptions subscription;
    private final int concurrency;

    private ConsumeOptions(Builder values) {
        this.subscription = values.subscription.build();
        this.concurrency = values.concurrency;
    }

    /**
     * Returns options for one message at a time and all defaults.
     *
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public static ConsumeOptions of(String topicFilter, Qos qos) {
        return new Builder(SubscribeOptions.of(topicFilter, qos).mutate(), 1).build();
    }

    /**
     * Returns the options that {@code options} makes.
     *
     * @throws IllegalArgumentException if the options do not go together
     */
    public static ConsumeOptions of(Consumer<? super Builder> options) {
        Objects.requireNonNull(options, "options");
        Builder builder = builder();
        options.accept(builder);
        return builder.build();
    }

    /** Starts options with their defaults; {@link Builder#filter(String) filter} is the one that has none. */
    public static Builder builder() {
        return new Builder(SubscribeOptions.builder(), 1);
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        return new Builder(subscription.mutate(), concurrency);
    }

    /** Returns the subscription; its messages are acknowledged {@linkplain AcknowledgementMode#BY_HAND by hand}. */
    public SubscribeOptions subscription() {
        return subscription;
    }

    /** Returns how many messages are processed at once. */
    public int concurrency() {
        return concurrency;
    }

    @Override
    public String toString() {
        return "ConsumeOptions[" + subscription.subscription() + ", concurrency=" + concurrency + ", "
                + subscription.onCancel() + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private final SubscribeOptions.Builder subscription;
        private int concurrency;

        private Builder(SubscribeOptions.Builder subscription, int concurrency) {
            this.subscription = subscription.acknowledgement(AcknowledgementMode.BY_HAND);
            this.concurrency = concurrency;
        }

        /**
         * Sets how many messages are processed at once, from 1; default 1. Acknowledgements leave in the order of arrival all the
         * same.
         */
        public Builder concurrency(int messages) {
            this.concurrency = (int) OptionChecks.range(messages, 1, Integer.MAX_VALUE, "the concurrency");
            return this;
        }

        /** Sets what to subscribe to: see {@link SubscribeOptions.Builder#filter(String)}. */
        public Builder filter(String filter) {
            subscription.filter(filter);
            return this;
        }

        /** Sets what to subscribe to. */
        public Builder filter(TopicFilter filter) {
            subscription.filter(filter);
            return this;
        }

        /** Sets the highest QoS at which the Server sends; default QoS 1. */
        public Builder qos(Qos level) {
            subscription.qos(level);
            return this;
        }

        /** Sets No Local: see {@link SubscribeOptions.Builder#noLocal}. */
        public Builder noLocal(boolean keptAway) {
            subscription.noLocal(keptAway);
            return this;
        }

        /** Sets Retain As Published: see {@link SubscribeOptions.Builder#retainAsPublished}. */
        public Builder retainAsPublished(boolean kept) {
            subscription.retainAsPublished(kept);
            return this;
        }

        /** Sets Retain Handling: see {@link SubscribeOptions.Builder#retainHandling}. */
        public Builder retainHandling(RetainHandling handling) {
            subscription.retainHandling(handling);
            return this;
        }

        /**
         * Sets what becomes of the subscription when the last subscriber has left: see {@link SubscribeOptions.Builder#onCancel}.
         */
        public Builder onCancel(OnCancel policy) {
            subscription.onCancel(policy);
            return this;
        }

        /** Sets the buffer of QoS 0 messages: see {@link SubscribeOptions.Builder#buffer}. */
        public Builder buffer(int messages, Overflow policy) {
            subscription.buffer(messages, policy);
            return this;
        }

        /** Sets the bound of that buffer in bytes: see {@link SubscribeOptions.Builder#bufferedBytes}. */
        public Builder bufferedBytes(long bytes) {
            subscription.bufferedBytes(bytes);
            return this;
        }

        /** Sets who hears the Server's answer: see {@link SubscribeOptions.Builder#onGranted}. */
        public Builder onGranted(Consumer<? super ReasonCode> listener) {
            subscription.onGranted(listener);
            return this;
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if there is no filter, or No Local is asked for a Shared Subscription [MQTT-3.8.3-4]
         */
        public ConsumeOptions build() {
            return new ConsumeOptions(this);
        }
    }
}
