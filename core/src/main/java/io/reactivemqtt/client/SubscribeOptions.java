package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.TopicTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One or several subscriptions, and how their messages reach the subscriber. Immutable. */
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

    private final List<Filter> filters;
    private final List<TopicSubscription> subscriptions;
    private final Qos qos;
    private final boolean noLocal;
    private final boolean retainAsPublished;
    private final RetainHandling retainHandling;
    private final AcknowledgementMode acknowledgement;
    private final OnCancel onCancel;
    private final int bufferedMessages;
    private final long bufferedBytes;
    private final Overflow overflow;
    private final BiConsumer<? super TopicFilter, ? super ReasonCode> onAnswer;

    private SubscribeOptions(Builder values) {
        this.filters = List.copyOf(values.filters);
        this.qos = values.qos;
        this.noLocal = values.noLocal;
        this.retainAsPublished = values.retainAsPublished;
        this.retainHandling = values.retainHandling;
        this.subscriptions = asked();
        this.acknowledgement = values.acknowledgement;
        this.onCancel = values.onCancel;
        this.bufferedMessages = values.bufferedMessages;
        this.bufferedBytes = values.bufferedBytes;
        this.overflow = values.overflow;
        this.onAnswer = values.onAnswer;
    }

    /** What is subscribed to, at a QoS of its own if that is not null. */
    private record Filter(TopicTemplate template, @Nullable Qos own) {}

    private List<TopicSubscription> asked() {
        Map<TopicFilter, TopicSubscription> asked = new LinkedHashMap<>();
        for (Filter each : filters) {
            TopicFilter topicFilter = each.template.filter();
            asked.put(topicFilter, subscription(topicFilter, each.own));
        }
        return List.copyOf(asked.values());
    }

    /**
     * Returns a subscription with automatic acknowledgement and all defaults.
     *
     * @throws IllegalArgumentException if {@code topicFilter} is neither a Topic Filter nor a {@linkplain TopicTemplate template}
     */
    public static SubscribeOptions of(String topicFilter, Qos qos) {
        Objects.requireNonNull(topicFilter, "topicFilter");
        Objects.requireNonNull(qos, "qos");
        return builder().filter(topicFilter).qos(qos).build();
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

    /** Returns what the Server is asked for, in the order in which it was named; empty for a set that begins with nothing. */
    public List<TopicSubscription> subscriptions() {
        return subscriptions;
    }

    /** Returns what is subscribed to. */
    public List<TopicFilter> topicFilters() {
        return subscriptions.stream().map(TopicSubscription::topicFilter).toList();
    }

    /** Returns those of the filters that name levels. */
    public List<TopicTemplate> templates() {
        return filters.stream()
                .map(Filter::template)
                .filter(template -> !template.variables().isEmpty())
                .toList();
    }

    /** Returns a subscription to {@code filter} that has all else from here; its QoS if {@code own} is null. */
    public TopicSubscription subscription(TopicFilter filter, @Nullable Qos own) {
        Objects.requireNonNull(filter, "filter");
        return TopicSubscription.of(filter, own == null ? qos : own)
                .withNoLocal(noLocal)
                .withRetainAsPublished(retainAsPublished)
                .withRetainHandling(retainHandling);
    }

    /**
     * Returns these if they have a filter.
     *
     * @throws IllegalArgumentException if not
     */
    public SubscribeOptions requireFilter() {
        if (subscriptions.isEmpty()) {
            throw new IllegalArgumentException("a subscription needs filter()");
        }
        return this;
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

    /** Returns who hears the Server's answer for each filter, on the client's event loop, each time a subscriber subscribes to it. */
    public BiConsumer<? super TopicFilter, ? super ReasonCode> onAnswer() {
        return onAnswer;
    }

    @Override
    public String toString() {
        return "SubscribeOptions[" + subscriptions + ", " + acknowledgement + ", " + onCancel + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private final List<Filter> filters = new ArrayList<>(1);
        private Qos qos = Qos.AT_LEAST_ONCE;
        private boolean noLocal;
        private boolean retainAsPublished;
        private RetainHandling retainHandling = RetainHandling.SEND;
        private AcknowledgementMode acknowledgement = AcknowledgementMode.ON_NEXT;
        private OnCancel onCancel = OnCancel.AS_SESSION;
        private int bufferedMessages = 1024;
        private long bufferedBytes = 16L * 1024 * 1024;
        private Overflow overflow = Overflow.DROP_OLDEST;
        private BiConsumer<? super TopicFilter, ? super ReasonCode> onAnswer = (filter, granted) -> {};

        private Builder() {}

        private Builder(SubscribeOptions other) {
            this.filters.addAll(other.filters);
            this.qos = other.qos;
            this.noLocal = other.noLocal;
            this.retainAsPublished = other.retainAsPublished;
            this.retainHandling = other.retainHandling;
            this.acknowledgement = other.acknowledgement;
            this.onCancel = other.onCancel;
            this.bufferedMessages = other.bufferedMessages;
            this.bufferedBytes = other.bufferedBytes;
            this.overflow = other.overflow;
            this.onAnswer = other.onAnswer;
        }

        /**
         * Adds what to subscribe to. Several filters are asked for in one SUBSCRIBE, but for those that overlap: each of them has one of
         * its own, so that the Server's copies of a message can be told apart.
         *
         * @param filter a Topic Filter, or a {@linkplain TopicTemplate template} such as {@code sensors/{id}/reading}, of which {@link
         *     ReceivedMessage#variable} tells the levels that it names
         * @throws IllegalArgumentException if it is neither
         */
        public Builder filter(String filter) {
            return add(TopicTemplate.of(Objects.requireNonNull(filter, "filter")), null);
        }

        /** Adds what to subscribe to, at a QoS of its own: see {@link #filter(String)}. */
        public Builder filter(String filter, Qos own) {
            return add(TopicTemplate.of(Objects.requireNonNull(filter, "filter")), Objects.requireNonNull(own, "own"));
        }

        /** Adds what to subscribe to; one that has levels in braces has them to the letter. */
        public Builder filter(TopicFilter filter) {
            return add(TopicTemplate.literal(Objects.requireNonNull(filter, "filter")), null);
        }

        private Builder add(TopicTemplate template, @Nullable Qos own) {
            filters.removeIf(each -> each.template.equals(template)); // it stands where it was named last
            filters.add(new Filter(template, own));
            return this;
        }

        /**
         * Adds each of the filters so far once more, going on with {@code levels}, as {@code request/+/+}.
         *
         * @throws IllegalArgumentException if one ends with {@code #}
         */
        public Builder filtersAlsoFollowedBy(String levels) {
            Objects.requireNonNull(levels, "levels");
            List.copyOf(filters).forEach(each -> add(each.template.followedBy(levels), each.own));
            return this;
        }

        /**
         * Sets the highest QoS at which the Server sends, for filters that have none of their own; default QoS 1. Subscribers of the
         * same filter share the highest that one asks for.
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

        /** Sets who hears the Server's answer, for one filter after the other; it must not block. */
        public Builder onGranted(Consumer<? super ReasonCode> listener) {
            Objects.requireNonNull(listener, "listener");
            return onAnswer((filter, granted) -> listener.accept(granted));
        }

        /** Sets who hears the Server's answer for each filter; it must not block. */
        public Builder onAnswer(BiConsumer<? super TopicFilter, ? super ReasonCode> listener) {
            this.onAnswer = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if No Local is asked for a Shared Subscription [MQTT-3.8.3-4]
         */
        public SubscribeOptions build() {
            return new SubscribeOptions(this);
        }
    }
}
