package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One Application Message on its way to the Server. The engine extends it by who waits for the outcome, so that a message
 * costs one object; all else here belongs to the session.
 */
public abstract class OutgoingFlow {

    /** How far the message is; {@link OutgoingFlows} has the table. */
    enum Stage {
        NEW,
        WAITING,
        AWAITING_PUBACK,
        AWAITING_PUBREC,
        AWAITING_PUBCOMP,
        DONE;

        /** Returns where a message is once its PUBLISH has left. */
        static Stage sent(Qos qos) {
            return qos == Qos.AT_LEAST_ONCE ? AWAITING_PUBACK : AWAITING_PUBREC;
        }
    }

    /** A time that does not come, as that at which a message without Message Expiry Interval expires. */
    public static final long NEVER = Long.MAX_VALUE;

    private final ApplicationMessage message;

    Stage stage = Stage.NEW;
    long sequence;

    /** When it was accepted, by the session's time, which an earlier process may have begun. */
    long acceptedNanos;

    /** When it is not worth sending any more, or {@link #NEVER}. */
    long deadlineNanos = NEVER;

    private char packetIdentifier; // an int would make a flow larger than 64 bytes

    /** Bits of {@link #marks}, for two more booleans would make a flow larger than 64 bytes. */
    private static final byte POSSIBLE_REPEAT = 1;

    private static final byte UNMATCHED = 2;

    private byte marks;
    int connectionNumber;
    boolean abandoned;

    @Nullable
    OutgoingFlow previous;

    @Nullable
    OutgoingFlow next;

    /** Starts the way of {@code message}. */
    protected OutgoingFlow(ApplicationMessage message) {
        this.message = message;
    }

    /**
     * Tells whether the message goes on without a caller: its outcome is told whenever it is known, and a disconnect is none.
     */
    protected boolean isDetached() {
        return false;
    }

    /**
     * Tells whether it is accepted whatever the bounds and the Server say: what has no caller who could hear of a refusal, but a receipt.
     */
    protected boolean isOwed() {
        return false;
    }

    /** Tells whether its outcome is kept, with its {@link #reference}, until the application has acknowledged it. */
    protected boolean keepsReceipt() {
        return false;
    }

    /** Returns the application's own word for the message, or null. */
    protected @Nullable String reference() {
        return null;
    }

    /** An earlier process has promised a receipt; comes before everything else. */
    protected void receiptWanted(@Nullable String reference) {}

    /** Returns what the application wants for this message alone. The few flows that have such options override it. */
    public PublishOptions options() {
        return PublishOptions.DEFAULT;
    }

    /** Returns until when the message may wait to be sent, by the session's time, or {@link #NEVER} if for ever. */
    public long sendUntilNanos() {
        return NEVER;
    }

    /** Forgets the session in which this was: another one recovers the message. */
    void startAnew() {
        stage = Stage.NEW;
        packetIdentifier = 0;
        connectionNumber = 0;
        abandoned = false;
        previous = null;
        next = null;
    }

    /** Returns what is on its way. */
    public final ApplicationMessage message() {
        return message;
    }

    /** Returns the number that orders this message among all of its Session; 0 before it was accepted. */
    public final long sequence() {
        return sequence;
    }

    /** Returns its identifier from its first PUBLISH to its last acknowledgement; any PUBLISH but the first is a repeat. */
    int packetIdentifier() {
        return packetIdentifier;
    }

    void assign(int identifier) {
        packetIdentifier = (char) identifier;
    }

    void accepted(long atNanos) {
        acceptedNanos = atNanos;
        Duration interval = message.properties().messageExpiryInterval();
        deadlineNanos = interval == null ? NEVER : atNanos + interval.toNanos();
    }

    boolean hasExpired(long nowNanos) {
        return deadlineNanos != NEVER && nowNanos - deadlineNanos >= 0;
    }

    /** Returns when it waits too long to be sent, or {@link #NEVER}. What was sent in a Session that is lost only expires. */
    long waitsUntilNanos() {
        return possibleRepeat() ? deadlineNanos : Math.min(deadlineNanos, sendUntilNanos());
    }

    boolean hasWaitedTooLong(long nowNanos) {
        long until = waitsUntilNanos();
        return until != NEVER && nowNanos - until >= 0;
    }

    /**
     * Returns the message with the Message Expiry Interval that is left: a started second counts, and what was sent before and
     * has expired since gets the shortest, for it may have to be sent again [MQTT-4.4.0-1].
     */
    ApplicationMessage messageAt(long nowNanos) {
        if (deadlineNanos == NEVER) {
            return message;
        }
        long nanosLeft = deadlineNanos - nowNanos;
        long secondsLeft = Math.max(1, -Math.floorDiv(-nanosLeft, 1_000_000_000L));
        return message.withMessageExpiryInterval(Duration.ofSeconds(secondsLeft));
    }

    /** Tells whether no session has seen it. */
    public final boolean isNew() {
        return stage == Stage.NEW;
    }

    /** Tells whether nobody waits for it any more. */
    public final boolean isAbandoned() {
        return abandoned;
    }

    /** Tells whether the receiver may get the message twice, because the Server lost the Session after it was first sent. */
    public final boolean possibleRepeat() {
        return (marks & POSSIBLE_REPEAT) != 0;
    }

    void markPossibleRepeat() {
        marks |= POSSIBLE_REPEAT;
    }

    /** Tells whether the PUBREC said that nobody subscribes to the message, which no PUBCOMP can say. */
    boolean isUnmatched() {
        return (marks & UNMATCHED) != 0;
    }

    void markUnmatched() {
        marks |= UNMATCHED;
    }

    /**
     * Returns the last word about a QoS 2 message. The code is that of the PUBREC, for it is the one that says what became of
     * the message; words are those of the PUBCOMP.
     */
    @Nullable
    Acknowledgement lastWord(@Nullable Acknowledgement pubComp) {
        if (!isUnmatched()) {
            return pubComp == null
                    ? null
                    : new PubComp(
                            packetIdentifier, ReasonCode.SUCCESS, pubComp.reasonString(), pubComp.userProperties());
        }
        return new PubRec(
                packetIdentifier,
                ReasonCode.NO_MATCHING_SUBSCRIBERS,
                pubComp == null ? null : pubComp.reasonString(),
                pubComp == null ? UserProperties.EMPTY : pubComp.userProperties());
    }
}
