package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Delivery;
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

    private final Engine engine;
    private final Publish publish;

    /** Null at QoS 0. */
    final @Nullable Delivery delivery;

    /** Counts the subscribers that are not done, if there are several. */
    final @Nullable Sharing sharing;

    /** What the subscriber said, as its Reason Code and {@link #SAID}; 0 until then. */
    private volatile int acknowledged;

    /** One arrival that several subscribers take; the Server hears of it when the last is done. Loop only. */
    static final class Sharing {
        int notDone;

        Sharing(int subscribers) {
            this.notDone = subscribers;
        }
    }

    ReceivedMessage(Engine engine, Publish publish, @Nullable Delivery delivery, @Nullable Sharing sharing) {
        this.engine = engine;
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
        if (delivery != null && ACKNOWLEDGED.compareAndSet(this, 0, SAID | answer.code())) {
            engine.acknowledge(this);
        }
    }

    /** Returns what the subscriber said; {@link ReasonCode#SUCCESS} if nothing. */
    ReasonCode answer() {
        int said = acknowledged & ~SAID;
        return said == 0 ? ReasonCode.SUCCESS : Objects.requireNonNull(ReasonCode.of(said));
    }

    /** The subscriber failed: the next one that asks for this message gets it. */
    void handBack() {
        if (delivery != null && ACKNOWLEDGED.compareAndSet(this, 0, SAID)) {
            engine.handBack(this);
        }
    }

    Publish publish() {
        return publish;
    }

    @Override
    public String toString() {
        return "ReceivedMessage[" + message() + (duplicate() ? ", duplicate" : "") + "]";
    }
}
