package io.reactivemqtt.session;

import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.packet.Packet;
import org.jspecify.annotations.Nullable;

/** Messages that wait to be sent for the first time: whether there is room for one more, and how long one may wait. */
final class WaitingMessages {

    private final SessionContext context;
    private final OutgoingLog log;

    WaitingMessages(SessionContext context, OutgoingLog log) {
        this.context = context;
        this.log = log;
    }

    /** Makes room for {@code flow}, or fails it. */
    boolean makeRoom(OutgoingFlow flow) {
        WaitingBounds bounds = log.queue;
        if (bounds.dropsOldest() && bounds.couldEverTake(flow)) {
            OutgoingFlow oldest = oldest();
            while (oldest != null && !bounds.hasRoomFor(flow)) {
                giveUp(oldest, new QueueFullException(bounds.bounds() + ", and this message waited longest"));
                oldest = oldest();
            }
        }
        if (bounds.hasRoomFor(flow)) {
            return true;
        }
        context.outputs.publishFailed(flow, new QueueFullException(bounds.bounds()));
        return false;
    }

    /** Returns what waits longest to be sent for the first time, at any QoS. */
    private @Nullable OutgoingFlow oldest() {
        OutgoingFlow waiting = log.nextToSend;
        while (waiting != null && waiting.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
            waiting = waiting.next;
        }
        OutgoingFlow atMostOnce = log.unsent.first();
        if (waiting == null || atMostOnce == null) {
            return waiting == null ? atMostOnce : waiting;
        }
        return waiting.sequence < atMostOnce.sequence ? waiting : atMostOnce;
    }

    /** What has waited too long is not sent any more. */
    void expire() {
        OutgoingFlow flow = log.queue.nextToGiveUp();
        while (flow != null && flow.hasWaitedTooLong(context.nowNanos)) {
            expire(flow);
            flow = log.queue.nextToGiveUp();
        }
    }

    /** Forgets a message whose time is over. */
    void expire(OutgoingFlow flow) {
        TopicName topicName = flow.message().topicName();
        giveUp(
                flow,
                flow.hasExpired(context.nowNanos)
                        ? new MessageExpiredException(topicName)
                        : NotSentException.tooLate(topicName));
    }

    /** Forgets a message because of {@code cause}; one that was sent in a Session that is lost may have arrived all the same. */
    void giveUp(OutgoingFlow flow, MqttException cause) {
        log.forgetWaiting(flow);
        context.reportFailed(
                flow,
                flow.possibleRepeat()
                        ? new OutcomeUnknownException("the message to "
                                + flow.message().topicName()
                                + " was sent in a Session that the Server lost, and is not sent again: "
                                + cause.getMessage())
                        : cause);
    }

    /** Forgets a message because a newer one of its key is published. */
    void replace(OutgoingFlow older) {
        log.forgetWaiting(older);
        context.reportDropped(older, NotSentException.replaced(older.message().topicName()));
    }

    /** Returns when {@link #expire()} has something to do, or {@link KeepAlive#NONE}. */
    long nextExpiryNanos() {
        OutgoingFlow flow = log.queue.nextToGiveUp();
        return flow == null ? KeepAlive.NONE : flow.waitsUntilNanos();
    }

    int count() {
        return log.queue.messages();
    }

    long bytes() {
        return log.queue.bytes();
    }

    int room() {
        return log.queue.room();
    }
}
