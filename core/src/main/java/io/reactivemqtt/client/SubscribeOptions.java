package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import java.util.Objects;
import java.util.function.Consumer;

/** A subscription and how its messages reach the subscriber. Immutable; each {@code with} method returns a changed copy. */
public final class SubscribeOptions {

    /** What happens to QoS 0 messages that a subscriber has no room for. QoS 1 and 2 are held back at the Server instead. */
    public enum Overflow {
        /** The one that waits longest is dropped, counted and told by an event. */
        DROP_OLDEST,
        /** The new one is dropped, counted and told by an event. */
        DROP_NEWEST,
        /** Nothing is read from the connection until there is room. It stops all traffic, acknowledgements too. */
        PAUSE_READING,
        /** The subscriber ends with {@link io.reactivemqtt.exception.SubscriberOverflowException}. */
        FAIL
    }

    private static final int DEFAULT_BUFFER = 1024;
    private static final long DEFAULT_BUFFER_BYTES = 16L * 1024 * 1024;

    private final TopicSubscription subscription;
    private final AcknowledgementMode acknowledgement;
    private final OnCancel onCancel;
    private final int bufferedMessages;
    private final long bufferedBytes;
    private final Overflow overflow;
    private final Consumer<? super ReasonCode> onGranted;

    private SubscribeOptions(
            TopicSubscription subscription,
            AcknowledgementMode acknowledgement,
            OnCancel onCancel,
            int bufferedMessages,
            long bufferedBytes,
            Overflow overflow,
            Consumer<? super ReasonCode> onGranted) {
        if (bufferedMessages < 1 || bufferedBytes < 1) {
            throw new IllegalArgumentException(
                    "the buffer of a subscriber holds at least one message and one byte, not " + bufferedMessages
                            + " and " + bufferedBytes);
        }
        this.subscription = subscription;
        this.acknowledgement = acknowledgement;
        this.onCancel = onCancel;
        this.bufferedMessages = bufferedMessages;
        this.bufferedBytes = bufferedBytes;
        this.overflow = overflow;
        this.onGranted = onGranted;
    }

    /**
     * Returns a subscription with automatic acknowledgement and all defaults.
     *
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public static SubscribeOptions of(String topicFilter, Qos qos) {
        return of(TopicSubscription.of(topicFilter, qos));
    }

    /** Returns a subscription with automatic acknowledgement and all defaults. */
    public static SubscribeOptions of(TopicSubscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        return new SubscribeOptions(
                subscription,
                AcknowledgementMode.ON_NEXT,
                OnCancel.AS_SESSION,
                DEFAULT_BUFFER,
                DEFAULT_BUFFER_BYTES,
                Overflow.DROP_OLDEST,
                granted -> {});
    }

    /**
     * The subscriber calls {@link ReceivedMessage#acknowledge} for each QoS 1 and 2 message, when it is done with it. A message
     * that is never acknowledged holds all later acknowledgements back, and at last, by the Receive Maximum, the Server.
     */
    public SubscribeOptions withManualAcknowledgement() {
        return withAcknowledgement(AcknowledgementMode.BY_HAND);
    }

    /** Sets when a QoS 1 or 2 message counts as processed; default {@link AcknowledgementMode#ON_NEXT}. */
    public SubscribeOptions withAcknowledgement(AcknowledgementMode when) {
        Objects.requireNonNull(when, "when");
        return new SubscribeOptions(subscription, when, onCancel, bufferedMessages, bufferedBytes, overflow, onGranted);
    }

    /** Sets what becomes of the subscription when its last subscriber has left; default {@link OnCancel#AS_SESSION}. */
    public SubscribeOptions withOnCancel(OnCancel policy) {
        Objects.requireNonNull(policy, "policy");
        return new SubscribeOptions(
                subscription, acknowledgement, policy, bufferedMessages, bufferedBytes, overflow, onGranted);
    }

    /** Sets how many QoS 0 messages wait, default 1,024, and what happens beyond that, default {@link Overflow#DROP_OLDEST}. */
    public SubscribeOptions withBuffer(int messages, Overflow policy) {
        Objects.requireNonNull(policy, "policy");
        return new SubscribeOptions(
                subscription, acknowledgement, onCancel, messages, bufferedBytes, policy, onGranted);
    }

    /** Sets how many bytes of payload the messages in the buffer may have together; default 16 MiB. */
    public SubscribeOptions withBufferedBytes(long bytes) {
        return new SubscribeOptions(
                subscription, acknowledgement, onCancel, bufferedMessages, bytes, overflow, onGranted);
    }

    /** Sets who hears the Server's answer; it must not block. */
    public SubscribeOptions withOnGranted(Consumer<? super ReasonCode> listener) {
        Objects.requireNonNull(listener, "listener");
        return new SubscribeOptions(
                subscription, acknowledgement, onCancel, bufferedMessages, bufferedBytes, overflow, listener);
    }

    /** Sets No Local, Retain As Published and Retain Handling, which MQTT 3.1.1 does not have. */
    public SubscribeOptions withServerOptions(
            boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {
        Objects.requireNonNull(retainHandling, "retainHandling");
        TopicSubscription changed = subscription
                .withNoLocal(noLocal)
                .withRetainAsPublished(retainAsPublished)
                .withRetainHandling(retainHandling);
        return new SubscribeOptions(
                changed, acknowledgement, onCancel, bufferedMessages, bufferedBytes, overflow, onGranted);
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
     * Returns how many messages that need no acknowledgement, as those of QoS 0, wait for a subscriber that asks for less than what
     * arrives.
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
}
