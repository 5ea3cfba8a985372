package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
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
        DONE
    }

    private final ApplicationMessage message;

    Stage stage = Stage.NEW;
    long sequence;
    int packetIdentifier;
    boolean sentBefore;
    boolean possibleRepeat;
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

    /** Returns what is on its way. */
    public final ApplicationMessage message() {
        return message;
    }

    /** Tells whether the receiver may get the message twice, because the Server lost the Session after it was first sent. */
    public final boolean possibleRepeat() {
        return possibleRepeat;
    }
}
