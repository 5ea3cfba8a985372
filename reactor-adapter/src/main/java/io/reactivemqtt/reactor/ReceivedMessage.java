package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A message as it arrived at one subscriber.
 *
 * <p>{@link #acknowledge} is for subscriptions with manual acknowledgement; elsewhere it is done already and changes nothing.
 */
public final class ReceivedMessage {

    private static final AtomicIntegerFieldUpdater<ReceivedMessage> ACKNOWLEDGED =
            AtomicIntegerFieldUpdater.newUpdater(ReceivedMessage.class, "acknowledged");

    private static final int SAID = 0x100;

    private final MessageStream stream;
    private final Publish publish;

    /** Null where nothing is to be acknowledged: at QoS 0, and for a subscriber without whom that is done. */
    final @Nullable Delivery delivery;

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

    ReceivedMessage(MessageStream stream, Publish publish, @Nullable Delivery delivery, @Nullable Sharing sharing) {
        this.stream = stream;
        this.publish = publish;
        this.delivery = delivery;
        this.sharing = sharing;
    }

    /** Returns what was sent. */
    public ApplicationMessage message() {
        return publish.message();
    }

    /** Returns where it was published. */
    public TopicName topicName() {
        return message().topicName();
    }

    /** Returns its content. */
    public Payload payload() {
        return message().payload();
    }

    /** Returns how surely it came: the lower of the QoS of the message and that of the subscription. */
    public Qos qos() {
        return message().qos();
    }

    /**
     * Tells whether this may have arrived before: the Server sends it again because an earlier acknowledgement was lost. Never
     * true at QoS 0; at QoS 2 a repeat within a Session is not delivered at all.
     */
    public boolean duplicate() {
        return publish.dup();
    }

    /** Returns the identifiers of the subscriptions that the Server matched; empty if it does not tell. */
    public List<Integer> subscriptionIdentifiers() {
        return publish.subscriptionIdentifiers();
    }

    /**
     * Says that the application is done with this message. From any thread, at any time, in any order; only the first call
     * counts. Acknowledgements leave in the order of arrival, so one that is missing holds those behind it back.
     *
     * <p>Once the connection that brought the message has ended, a QoS 1 message is acknowledged no more: the Server sends it
     * again. A QoS 2 message is known to be done, and not delivered again.
     */
    public void acknowledge() {
        say(ReasonCode.SUCCESS);
    }

    /**
     * Says that the application is done with this message, or refuses it by a code of 0x80 or above, which MQTT 3.1.1 cannot
     * tell the Server. See {@link #acknowledge()}.
     *
     * @throws IllegalArgumentException if {@code answer} does not stand in PUBACK and PUBREC
     */
    public void acknowledge(ReasonCode answer) {
        Objects.requireNonNull(answer, "answer");
        if (!PubAck.REASON_CODES.contains(answer)) {
            throw new IllegalArgumentException("PUBACK and PUBREC do not carry the Reason Code " + answer);
        }
        say(answer);
    }

    private void say(ReasonCode answer) {
        if (counts() && ACKNOWLEDGED.compareAndSet(this, 0, SAID | answer.code())) {
            stream.subscribing.acknowledge(this);
        }
    }

    /** Returns what the subscriber said; {@link ReasonCode#SUCCESS} if nothing. */
    ReasonCode answer() {
        int said = acknowledged & ~SAID;
        return said == 0 ? ReasonCode.SUCCESS : Objects.requireNonNull(ReasonCode.of(said));
    }

    /**
     * Gives the message back unprocessed: another or the next subscriber of a filter that matches it gets it, and without one it stays
     * unacknowledged, so that the Server sends it again on the next connection. From any thread; it changes nothing after an
     * acknowledgement, and at QoS 0.
     *
     * <p>Reactor's operators give up elements that they have fetched ahead when they are cancelled; {@code
     * .doOnDiscard(ReceivedMessage.class, ReceivedMessage::handBack)} at the end of a chain hands those back at once.
     */
    public void handBack() {
        if (counts() && ACKNOWLEDGED.compareAndSet(this, 0, SAID)) {
            stream.subscribing.handBack(this);
        }
    }

    /** Tells whether it matters what the subscriber does: not at QoS 0, and not without whom messages are acknowledged. */
    private boolean counts() {
        return delivery != null || sharing != null;
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
