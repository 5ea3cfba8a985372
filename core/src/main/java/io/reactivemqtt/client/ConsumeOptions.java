package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.exception.UndecodablePayloadException;
import io.reactivemqtt.store.HandlerTransaction;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A subscription whose messages a handler processes, and how. Immutable. */
public final class ConsumeOptions {

    private static final int DEFAULT_BATCH_SIZE = 100;
    private static final Duration DEFAULT_BATCH_WITHIN = Duration.ofSeconds(1);

    private final SubscribeOptions subscription;
    private final int concurrency;
    private final Function<? super ReceivedMessage, ?> orderedBy;
    private final FailurePolicy onFailure;
    private final @Nullable FailurePolicy onUndecodable;
    private final int batchSize;
    private final Duration batchWithin;

    private ConsumeOptions(Builder values) {
        this.subscription = values.subscription.build().requireFilter();
        this.concurrency = values.concurrency;
        this.orderedBy = values.orderedBy;
        this.onFailure = values.onFailure;
        this.onUndecodable = values.onUndecodable;
        this.batchSize = values.batchSize;
        this.batchWithin = values.batchWithin;
    }

    /**
     * Returns options for one message at a time and all defaults.
     *
     * @throws IllegalArgumentException if {@code topicFilter} is neither a Topic Filter nor a template
     */
    public static ConsumeOptions of(String topicFilter, Qos qos) {
        return new Builder(SubscribeOptions.of(topicFilter, qos).mutate()).build();
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
        return new Builder(SubscribeOptions.builder());
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        Builder copy = new Builder(subscription.mutate())
                .concurrency(concurrency)
                .orderedBy(orderedBy)
                .onFailure(onFailure)
                .upTo(batchSize, batchWithin);
        copy.onUndecodable = onUndecodable;
        return copy;
    }

    /** Returns the subscription; its messages are acknowledged {@linkplain AcknowledgementMode#BY_HAND by hand}. */
    public SubscribeOptions subscription() {
        return subscription;
    }

    /** Returns how many messages are processed at once. */
    public int concurrency() {
        return concurrency;
    }

    /** Returns what chooses the key of a message; those of one key are processed one after the other. */
    public Function<? super ReceivedMessage, ?> orderedBy() {
        return orderedBy;
    }

    /** Returns what becomes of a message whose handler fails. */
    public FailurePolicy onFailure() {
        return onFailure;
    }

    /** Returns what becomes of a message that its codec cannot read. */
    public FailurePolicy onUndecodable() {
        return onUndecodable == null ? onFailure.withoutRetries() : onUndecodable;
    }

    /** Returns how many messages are in a batch at most. */
    public int batchSize() {
        return batchSize;
    }

    /** Returns how long the first message of a batch waits for the others. */
    public Duration batchWithin() {
        return batchWithin;
    }

    /** Returns these options for a handler that works in transactions of the client's store: see {@link Builder#in}. */
    public <C> InTransaction<C> in(HandlerTransaction<C> transaction) {
        return new InTransaction<>(this, transaction);
    }

    @Override
    public String toString() {
        return "ConsumeOptions[" + subscription.subscriptions() + ", concurrency=" + concurrency + ", on failure "
                + onFailure + ", on undecodable " + onUndecodable() + ", " + subscription.onCancel() + "]";
    }

    /**
     * Options whose handler works in transactions of the client's session store.
     *
     * @param options for all else
     * @param transaction of the store
     * @param <C> what the handler gets beside the message: the connection that has the transaction
     */
    public record InTransaction<C>(ConsumeOptions options, HandlerTransaction<C> transaction) {
        /** Checks that both are there. */
        public InTransaction {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(transaction, "transaction");
        }
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private final SubscribeOptions.Builder subscription;
        private int concurrency = 1;
        private Function<? super ReceivedMessage, ?> orderedBy = ReceivedMessage::topicName;
        private FailurePolicy onFailure = FailurePolicy.stop();
        private @Nullable FailurePolicy onUndecodable;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private Duration batchWithin = DEFAULT_BATCH_WITHIN;

        private Builder(SubscribeOptions.Builder subscription) {
            this.subscription = subscription.acknowledgement(AcknowledgementMode.BY_HAND);
        }

        /**
         * Sets how many messages are processed at once, from 1; default 1. Those of one {@linkplain #orderedBy key} are processed one
         * after the other all the same, and acknowledgements leave in the order of arrival.
         *
         * <p>The next message is taken up when a handler completes, and does not wait for the store: so a crash may repeat more messages
         * than that, those whose acknowledgement was on its way to the disk or the Server.
         */
        public Builder concurrency(int messages) {
            this.concurrency = (int) OptionChecks.range(messages, 1, Integer.MAX_VALUE, "the concurrency");
            return this;
        }

        /**
         * Sets what chooses the key of a message: those of one key are processed one after the other, in the order of their arrival,
         * while those of other keys are processed beside them. Default: the Topic Name. {@code message -> message} gives each a key of
         * its own, so that there is no order. Any number of keys costs nothing.
         *
         * @param key called on the client's event loop, so it MUST NOT block, and not at all where one message is processed at a time
         *     and none is tried again; its results are compared by {@code equals}, and must not change. If it throws, or returns null,
         *     {@code consume} ends with that error and hands back what it has
         */
        public Builder orderedBy(Function<? super ReceivedMessage, ?> key) {
            this.orderedBy = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Sets what becomes of a message whose handler fails; default {@link FailurePolicy#stop()}. */
        public Builder onFailure(FailurePolicy policy) {
            this.onFailure = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets what becomes of a message whose handler fails with an {@link UndecodablePayloadException}, as it does before it is called
         * where a {@link PayloadCodec} cannot read the message. Default: what {@link #onFailure} says, but at once, since a try more does
         * not change the payload. If that is to stop, then one such message is enough for it, also behind a {@code retry}: a message
         * that comes from strangers is better refused, or sent elsewhere as a dead letter.
         *
         * <p>Of a batch it is for all messages, so let its handler leave out those that it cannot decode.
         *
         * <pre>{@code options.onUndecodable(FailurePolicy.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID))}</pre>
         */
        public Builder onUndecodable(FailurePolicy policy) {
            this.onUndecodable = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets when a batch is processed, of {@code consumeBatches} alone: as soon as it is full, when its first message has waited for so
         * long, or when nothing more can come because the Receive Maximum is used up or the {@linkplain #buffer buffer} is full. Default
         * 100 messages, 1 second.
         *
         * @param messages how many at most, from 1
         * @param within how long; zero: no wait at all
         * @throws IllegalArgumentException if {@code within} is negative
         */
        public Builder upTo(int messages, Duration within) {
            this.batchSize =
                    (int) OptionChecks.range(messages, 1, Integer.MAX_VALUE, "the number of messages in a batch");
            if (Objects.requireNonNull(within, "within").isNegative()) {
                throw new IllegalArgumentException("the time that a batch waits is not negative: " + within);
            }
            this.batchWithin = within;
            return this;
        }

        /** Adds what to subscribe to: see {@link SubscribeOptions.Builder#filter(String)}. */
        public Builder filter(String filter) {
            subscription.filter(filter);
            return this;
        }

        /** Adds what to subscribe to, at a QoS of its own. */
        public Builder filter(String filter, Qos own) {
            subscription.filter(filter, own);
            return this;
        }

        /** Adds what to subscribe to: see {@link SubscribeOptions.Builder#filter(TopicFilter)}. */
        public Builder filter(TopicFilter filter) {
            subscription.filter(filter);
            return this;
        }

        /** Adds each of the filters so far with more levels: see {@link SubscribeOptions.Builder#filtersAlsoFollowedBy}. */
        public Builder filtersAlsoFollowedBy(String levels) {
            subscription.filtersAlsoFollowedBy(levels);
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

        /** Sets who hears the Server's answer for each filter: see {@link SubscribeOptions.Builder#onAnswer}. */
        public Builder onAnswer(BiConsumer<? super TopicFilter, ? super ReasonCode> listener) {
            subscription.onAnswer(listener);
            return this;
        }

        /**
         * Returns the options, for a handler that works in transactions of the client's session store: what it does with the connection
         * that it gets, and that the message is processed, are committed together or not at all. So a QoS 2 message takes effect exactly
         * once in the tables that the connection reaches, whatever crashes when; a QoS 1 message, which has no name that lasts, at least
         * once. Such a store is {@code R2dbcSessionStore}.
         *
         * <pre>{@code
         * client.consume(
         *         options -> options.filter("payments/+").qos(Qos.EXACTLY_ONCE).in(store.transaction()),
         *         (message, connection) -> insert(connection, message))
         * }</pre>
         */
        public <C> InTransaction<C> in(HandlerTransaction<C> transaction) {
            Objects.requireNonNull(transaction, "transaction");
            return build().in(transaction);
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
