package io.reactivemqtt.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.PubAck;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a message whose handler fails: tried again, so many times, and then one of five ends. Immutable.
 *
 * <pre>{@code
 * FailurePolicy.retry(5, Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))).thenDeadLetter("dead/{topic}")
 * }</pre>
 *
 * <p>While a message waits to be tried again, those of the same key wait behind it, so that their order stays; others are processed. But
 * acknowledgements leave in the order of arrival, so a message that is tried for ever holds those behind it back, until the Receive
 * Maximum is used up.
 */
public final class FailurePolicy {

    /** What happens to a message that is not tried again. */
    public enum End {
        /** It is handed back, and {@code consume} ends with the handler's error. */
        STOP,
        /** It is acknowledged, as if it had been processed. */
        SKIP,
        /** It is acknowledged with a Reason Code of 0x80 or above, by which the Server knows that it was refused. */
        REFUSE,
        /** Another message is published for it, and then it is acknowledged. */
        DEAD_LETTER,
        /** It is handed back, and {@code consume} goes on. */
        HAND_BACK
    }

    /** Stands in a template for the Topic Name of the message that failed. */
    private static final String TOPIC = "{topic}";

    private static final int FOR_EVER = Integer.MAX_VALUE;

    private static final FailurePolicy STOP = new FailurePolicy(0, null, End.STOP, ReasonCode.SUCCESS, null);

    private final int retries;
    private final @Nullable Backoff backoff;
    private final End end;
    private final ReasonCode refusal;
    private final @Nullable Function<? super ReceivedMessage, ApplicationMessage> deadLetter;

    private FailurePolicy(
            int retries,
            @Nullable Backoff backoff,
            End end,
            ReasonCode refusal,
            @Nullable Function<? super ReceivedMessage, ApplicationMessage> deadLetter) {
        this.retries = retries;
        this.backoff = backoff;
        this.end = end;
        this.refusal = refusal;
        this.deadLetter = deadLetter;
    }

    // ---- without another try

    /** Returns the default: the message is handed back, and {@code consume} ends with the handler's error. */
    public static FailurePolicy stop() {
        return STOP;
    }

    /** Returns a policy that acknowledges the message as if it had been processed. */
    public static FailurePolicy skip() {
        return STOP.thenSkip();
    }

    /**
     * Returns a policy that refuses the message. MQTT 3.1.1 cannot tell the Server, so there it is as {@link #skip()}.
     *
     * @param reasonCode of 0x80 or above, one that stands in PUBACK and PUBREC
     * @throws IllegalArgumentException if it is none of those
     */
    public static FailurePolicy refuse(ReasonCode reasonCode) {
        return STOP.thenRefuse(reasonCode);
    }

    /** Returns a policy that publishes the message elsewhere: see {@link #thenDeadLetter(String)}. */
    public static FailurePolicy deadLetter(String topicTemplate) {
        return STOP.thenDeadLetter(topicTemplate);
    }

    /** Returns a policy that publishes another message: see {@link #thenDeadLetter(Function)}. */
    public static FailurePolicy deadLetter(Function<? super ReceivedMessage, ApplicationMessage> message) {
        return STOP.thenDeadLetter(message);
    }

    /**
     * Returns a policy that hands the message back, to another or the next subscriber of a filter that matches it; without one it holds
     * later acknowledgements back, and after {@link ClientOptions.Builder#keepFor} the connection is given up, so that the Server sends it
     * again. {@code consume} goes on with the others. At QoS 0 the message is gone.
     */
    public static FailurePolicy handBack() {
        return STOP.thenHandBack();
    }

    // ---- with more tries

    /** Returns a policy that tries a message again until it succeeds; {@code backoff} says how long it waits before each try. */
    public static FailurePolicy retry(Backoff backoff) {
        return retry(FOR_EVER, backoff);
    }

    /**
     * Returns a policy that tries a message again, and if that does not help either stops, unless one of the methods that begin with
     * {@code then} says otherwise.
     *
     * @param times how often at most, from 1
     * @param backoff how long it waits before each try: its bound, exactly
     * @throws IllegalArgumentException if {@code times} is not positive
     */
    public static FailurePolicy retry(int times, Backoff backoff) {
        Objects.requireNonNull(backoff, "backoff");
        OptionChecks.range(times, 1, FOR_EVER, "the number of tries");
        return new FailurePolicy(times, backoff, End.STOP, ReasonCode.SUCCESS, null);
    }

    /** Returns these tries, and then {@link #stop()}. */
    public FailurePolicy thenStop() {
        return ends(End.STOP, ReasonCode.SUCCESS, null);
    }

    /** Returns these tries, and then {@link #skip()}. */
    public FailurePolicy thenSkip() {
        return ends(End.SKIP, ReasonCode.SUCCESS, null);
    }

    /** Returns these tries, and then {@link #refuse}. */
    public FailurePolicy thenRefuse(ReasonCode reasonCode) {
        Objects.requireNonNull(reasonCode, "reasonCode");
        if (!PubAck.requireReasonCode(reasonCode).isError()) {
            throw new IllegalArgumentException(
                    "who refuses a message says so by a code of 0x80 or above, not " + reasonCode);
        }
        return ends(End.REFUSE, reasonCode, null);
    }

    /**
     * Returns these tries, and then a copy of the message goes to another topic, at QoS 1 or higher, and the message is acknowledged: once
     * the copy is durable in the session store, or without one, once the Server has acknowledged it. If it cannot be published, {@code
     * consume} ends with that error, and the message is handed back.
     *
     * @param topicTemplate a Topic Name in which <code>{topic}</code> stands for the one of the message
     * @throws IllegalArgumentException if it can never be a Topic Name
     */
    public FailurePolicy thenDeadLetter(String topicTemplate) {
        Objects.requireNonNull(topicTemplate, "topicTemplate");
        TopicName.of(topicTemplate.replace(TOPIC, "t"));
        return thenDeadLetter(failed -> copyOf(failed.message(), topicTemplate));
    }

    /** Who looks at a dead letter comes late, so that it does not expire; and a Response Topic that is none cannot be published again. */
    private static ApplicationMessage copyOf(ApplicationMessage failed, String topicTemplate) {
        MessageProperties properties = failed.properties();
        return ApplicationMessage.of(
                TopicName.of(topicTemplate.replace(TOPIC, failed.topicName().toString())),
                failed.payload(),
                failed.qos() == Qos.EXACTLY_ONCE ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE,
                false,
                new MessageProperties(
                        properties.utf8Payload(),
                        null,
                        properties.contentType(),
                        properties.responseTopic(),
                        properties.correlationData(),
                        properties.userProperties()));
    }

    /**
     * Returns these tries, and then the message that {@code message} makes of the one that failed is published: see {@link
     * #thenDeadLetter(String)}. It has to be one of QoS 1 or 2.
     *
     * @param message called on the client's event loop, so it MUST NOT block
     */
    public FailurePolicy thenDeadLetter(Function<? super ReceivedMessage, ApplicationMessage> message) {
        return ends(End.DEAD_LETTER, ReasonCode.SUCCESS, Objects.requireNonNull(message, "message"));
    }

    /** Returns these tries, and then {@link #handBack()}. */
    public FailurePolicy thenHandBack() {
        return ends(End.HAND_BACK, ReasonCode.SUCCESS, null);
    }

    /** Returns the end of this at once. */
    FailurePolicy withoutRetries() {
        return retries == 0 ? this : new FailurePolicy(0, null, end, refusal, deadLetter);
    }

    private FailurePolicy ends(
            End how, ReasonCode reasonCode, @Nullable Function<? super ReceivedMessage, ApplicationMessage> message) {
        return new FailurePolicy(retries, backoff, how, reasonCode, message);
    }

    // ---- what was chosen

    /** Returns how often a message is tried again at most; {@link Integer#MAX_VALUE} if for ever. */
    public int retries() {
        return retries;
    }

    /** Returns how long it waits before each try; null if there is none. */
    public @Nullable Backoff backoff() {
        return backoff;
    }

    /** Returns what happens when no try is left. */
    public End end() {
        return end;
    }

    /** Returns by which code a message is refused; {@link ReasonCode#SUCCESS} if none is. */
    public ReasonCode refusal() {
        return refusal;
    }

    /** Returns what makes a dead letter of a message; null if nothing does. */
    public @Nullable Function<? super ReceivedMessage, ApplicationMessage> deadLetter() {
        return deadLetter;
    }

    @Override
    public String toString() {
        String tries =
                retries == 0 ? "" : "retry " + (retries == FOR_EVER ? "for ever" : retries + " times") + ", then ";
        return tries + end;
    }
}
