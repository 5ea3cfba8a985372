package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A message as it arrived at one subscriber. From any thread, but for what says loop only. */
public final class Arrival implements ReceivedMessage {

    private static final AtomicIntegerFieldUpdater<Arrival> ACKNOWLEDGED =
            AtomicIntegerFieldUpdater.newUpdater(Arrival.class, "acknowledged");

    private static final int SAID = 0x100;

    private final MessageStream stream;
    private final Publish publish;

    /** Null where nothing is to be acknowledged: at QoS 0, and for a subscriber without whom that is done. */
    final @Nullable IncomingFlow flow;

    /** Knows the other subscribers, if there are or were any. */
    final @Nullable Sharing sharing;

    /** What the subscriber said, as its Reason Code and {@link #SAID}; 0 until then. */
    private volatile int acknowledged;

    /** One arrival that several subscribers take, at once or one after another; the Server hears when none is left. Loop only. */
    static final class Sharing {
        /** Counts the subscribers that are not done, and the shares that were handed back and wait. */
        int notDone;

        /** Whether a subscriber has taken it. */
        boolean taken;

        /** Who has had it. */
        private final ArrayList<MessageStream> seenBy;

        Sharing(int shares, List<MessageStream> seenBy) {
            this.notDone = shares;
            this.seenBy = new ArrayList<>(seenBy);
        }

        /** Ends one subscriber's part of a message, which may be all of it; true if none is left. */
        static boolean endsPart(@Nullable Sharing sharing) {
            return sharing == null || --sharing.notDone == 0;
        }

        boolean isNewTo(MessageStream stream) {
            return !seenBy.contains(stream);
        }

        void shownTo(MessageStream stream) {
            seenBy.removeIf(MessageStream::isGone); // who has left does not come back
            seenBy.add(stream);
        }
    }

    Arrival(MessageStream stream, Publish publish, @Nullable IncomingFlow flow, @Nullable Sharing sharing) {
        this.stream = stream;
        this.publish = publish;
        this.flow = flow;
        this.sharing = sharing;
    }

    @Override
    public ApplicationMessage message() {
        return publish.message();
    }

    @Override
    public String variable(String name) {
        Objects.requireNonNull(name, "name");
        String value = stream.variable(name, topicName());
        return value == null ? ReceivedMessage.super.variable(name) : value;
    }

    @Override
    public boolean duplicate() {
        return publish.dup();
    }

    @Override
    public List<Integer> subscriptionIdentifiers() {
        return publish.subscriptionIdentifiers();
    }

    @Override
    public void acknowledge() {
        say(ReasonCode.SUCCESS);
    }

    @Override
    public void acknowledge(ReasonCode answer) {
        Objects.requireNonNull(answer, "answer");
        say(PubAck.requireReasonCode(answer));
    }

    private void say(ReasonCode answer) {
        if (counts() && ACKNOWLEDGED.compareAndSet(this, 0, SAID | answer.code())) {
            stream.subscribing.acknowledge(this);
        }
    }

    /**
     * The subscriber has taken it, and is done with it by that, as by {@link #acknowledge()}, but without an atomic operation for each
     * message: a {@code handBack()} of another thread at this very moment is too late. Loop only.
     *
     * @return whether the session is still to hear of it
     */
    boolean isDoneByBeingTaken() {
        if (sharing != null) { // others depend on what is said
            acknowledge();
            return false;
        }
        boolean done = flow != null && acknowledged == 0;
        if (done) {
            ACKNOWLEDGED.lazySet(this, SAID | ReasonCode.SUCCESS.code());
        }
        return done;
    }

    /** Returns what the subscriber said; {@link ReasonCode#SUCCESS} if nothing. */
    ReasonCode answer() {
        int said = acknowledged & ~SAID;
        return said == 0 ? ReasonCode.SUCCESS : Objects.requireNonNull(ReasonCode.of(said));
    }

    @Override
    public void handBack() {
        if (counts() && ACKNOWLEDGED.compareAndSet(this, 0, SAID)) {
            stream.subscribing.handBack(this);
        }
    }

    /** Nobody has it in hand any more, and nothing is said of it. */
    void leaves() {
        ACKNOWLEDGED.compareAndSet(this, 0, SAID);
    }

    /** Tells whether it matters what the subscriber does: not at QoS 0, and not without whom messages are acknowledged. */
    private boolean counts() {
        return flow != null || sharing != null;
    }

    /** Tells whether the subscriber has neither acknowledged it nor handed it back. */
    boolean isInHand() {
        return acknowledged == 0;
    }

    MessageStream stream() {
        return stream;
    }

    Publish publish() {
        return publish;
    }

    @Override
    public String toString() {
        return "ReceivedMessage[" + message() + (duplicate() ? ", duplicate" : "") + "]";
    }
}
