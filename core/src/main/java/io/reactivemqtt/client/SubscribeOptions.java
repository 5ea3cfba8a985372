package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subscription and how its messages reach the subscriber. Immutable. */
public final class SubscribeOptions {

    /** What happens to QoS 0 messages that a subscriber has no room for. QoS 1 and 2 are held back at the Server instead. */
    public enum Overflow {
        /** The one that waits longest is dropped and counted, and an event reports it. */
        DROP_OLDEST,
        /** The new one is dropped and counted, and an event reports it. */
        DROP_NEWEST,
        /**
         * Nothing is read from the connection until there is room, and {@link ClientEvent.ReadingPaused} reports it. It stops all traffic; but
         * while answers of the Server are awaited, for which a handler may wait, it is read on until four times the buffer is full.
         */
        PAUSE_READING,
        /** The subscriber ends with {@link io.reactivemqtt.exception.SubscriberOverflowException}. */
        FAIL
    }

    private final TopicSubscription subscription;
    private final AcknowledgementMode acknowledgement;
    private final OnCancel onCancel;
    private final int bufferedMessages;
    private final long bufferedBytes;
    private final Overflow overflow;
    private final Consumer<? super ReasonCode> onGranted;

    private SubscribeOptions(Builder values) {
        this.subscription = values.asked();
        this.acknowledgement = values.acknowledgement;
        this.onCancel = values.onCancel;
        this.bufferedMessages = values.bufferedMessages;
        this.bufferedBytes = values.bufferedBytes;
        this.overflow = values.overflow;
        this.onGranted = values.onGranted;
    }

    /**
     * Returns a subscription with automatic acknowledgement and all defaults.
     *
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public static SubscribeOptions of(String topicFilter, Qos qos) {
        return builder().subscription(TopicSubscription.of(topicFilter, qos)).build();
    }

    /**
     * Returns the options that {@code options} makes.
     *
     * @throws IllegalArgumentException if the options do not go together
     */
    public static SubscribeOptions of(Consumer<? super Builder> options) {
        Objects.requireNonNull(options, "options");
        Builder builder = builder();
        options.accept(builder);
        return builder.build();
    }

    /** Starts options with their defaults; {@link Builder#filter(String) filter} is the one that has none. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        return new Builder(this);
    }

    /** Returns what the Server is asked for. */
    public TopicSubscription subscription() {
        return subscription;
    }

    /** Returns what is subscribed to. */
    public TopicFilter topicFilter() {
        return subscription.topicFilter();
    }

    /** Returns when a QoS 1 or 2 message counts as processed. */
    public AcknowledgementMode acknowledgement() {
        return acknowledgement;
    }

    /** Returns what becomes of the subscription when its last subscriber has left. */
    public OnCancel onCancel() {
        return onCancel;
    }

    /**
     * Returns how many messages that need no acknowledgement, as those of QoS 0, wait for a subscriber that asks for less than
     * what arrives.
     */
    public int bufferedMessages() {
        return bufferedMessages;
    }

    /** Returns how many bytes of payload they may have together; a single larger one is taken all the same. */
    public long bufferedBytes() {
        return bufferedBytes;
    }

    /** Returns what happens to such messages beyond that. */
    public Overflow overflow() {
        return overflow;
    }

    /** Returns who hears the Server's answer, on the client's event loop, each time the subscription is made by a subscriber. */
    public Consumer<? super ReasonCode> onGranted() {
        return onGranted;
    }

    @Override
    public String toString() {
        return "SubscribeOptions[" + subscription + ", " + acknowledgement + ", " + onCancel + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private @Nullable TopicFilter topicFilter;
        private Qos qos = Qos.AT_LEAST_ONCE;
        private boolean noLocal;
        private boolean retainAsPublished;
        private RetainHandling retainHandling = RetainHandling.SEND;
        private AcknowledgementMode acknowledgement = AcknowledgementMode.ON_NEXT;
        private OnCancel onCancel = OnCancel.AS_SESSION;
        private int bufferedMessages = 1024;
        private long bufferedBytes = 16L * 1024 * 1024;
        private Overflow overflow = Overflow.DROP_OLDEST;
        private Consumer<? super ReasonCode> onGranted = granted -> {};

        private Builder() {}

        private Builder(SubscribeOptions other) {
            subscription(other.subscription);
            this.acknowledgement = other.acknowledgement;
            this.onCancel = other.onCancel;
            this.bufferedMessages = other.bufferedMessages;
            this.bufferedBytes = other.bufferedBytes;
            this.overflow = other.overflow;
            this.onGranted = other.onGranted;
        }

        /**
         * Sets what to subscribe to.
         *
         * @throws IllegalArgumentException if {@code filter} is not a Topic Filter
         */
        public Builder filter(String filter) {
            return filter(TopicFilter.of(Objects.requireNonNull(filter, "filter")));
        }

        /** Sets what to subscribe to. */
        public Builder filter(TopicFilter filter) {
            this.topicFilter = Objects.requireNonNull(filter, "filter");
            return this;
        }

        /**
         * Sets the highest QoS at which the Server sends; default QoS 1. Subscribers of the same filter share the highest that
         * one asks for.
         */
        public Builder qos(Qos level) {
            this.qos = Objects.requireNonNull(level, "level");
            return this;
        }

        /** Sets whether the Server keeps away what this client itself published; default no. Not in MQTT 3.1.1. */
        public Builder noLocal(boolean keptAway) {
            this.noLocal = keptAway;
            return this;
        }

        /** Sets whether messages keep the retain flag that they were published with; default no. Not in MQTT 3.1.1. */
        public Builder retainAsPublished(boolean kept) {
            this.retainAsPublished = kept;
            return this;
        }

        /** Sets when retained messages come at all; default {@link RetainHandling#SEND}. Not in MQTT 3.1.1. */
        public Builder retainHandling(RetainHandling handling) {
            this.retainHandling = Objects.requireNonNull(handling, "handling");
            return this;
        }

        /** Sets all that the Server is asked for: filter, QoS, No Local, Retain As Published and Retain Handling. */
        public Builder subscription(TopicSubscription asked) {
            this.topicFilter = Objects.requireNonNull(asked, "asked").topicFilter();
            this.qos = asked.qos();
            this.noLocal = asked.noLocal();
            this.retainAsPublished = asked.retainAsPublished();
            this.retainHandling = asked.retainHandling();
            return this;
        }

        /** Sets when a QoS 1 or 2 message counts as processed; default {@link AcknowledgementMode#ON_NEXT}. */
        public Builder acknowledgement(AcknowledgementMode when) {
            this.acknowledgement = Objects.requireNonNull(when, "when");
            return this;
        }

        /** Sets what becomes of the subscription when its last subscriber has left; default {@link OnCancel#AS_SESSION}. */
        public Builder onCancel(OnCancel policy) {
            this.onCancel = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how many QoS 0 messages wait, from 1, default 1,024, and what happens beyond that, default {@link
         * Overflow#DROP_OLDEST}.
         */
        public Builder buffer(int messages, Overflow policy) {
            this.bufferedMessages =
                    (int) OptionChecks.range(messages, 1, Integer.MAX_VALUE, "the buffer of a subscriber");
            this.overflow = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** Sets how many bytes of payload the messages in the buffer may have together, from 1; default 16 MiB. */
        public Builder bufferedBytes(long bytes) {
            this.bufferedBytes = OptionChecks.range(bytes, 1, Long.MAX_VALUE, "the buffer of a subscriber in bytes");
            return this;
        }

        /** Sets who hears the Server's answer; it must not block. */
        public Builder onGranted(Consumer<? super ReasonCode> listener) {
            this.onGranted = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if there is no filter, or No Local is asked for a Shared Subscription [MQTT-3.8.3-4]
         */
        public SubscribeOptions build() {
            return new SubscribeOptions(this);
        }

        private TopicSubscription asked() {
            if (topicFilter == null) {
                throw new IllegalArgumentException("a subscription needs filter()");
            }
            return TopicSubscription.of(topicFilter, qos)
                    .withNoLocal(noLocal)
                    .withRetainAsPublished(retainAsPublished)
                    .withRetainHandling(retainHandling);
        }
    }
}
