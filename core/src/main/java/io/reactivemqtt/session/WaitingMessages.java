package io.reactivemqtt.session;

import io.reactivemqtt.exception.MessageExpiredException;
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
                log.forgetWaiting(oldest);
                context.reportFailed(
                        oldest, new QueueFullException(bounds.bounds() + ", and this message waited longest"));
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

    /** What has waited beyond its Message Expiry Interval is not sent any more. */
    void expire() {
        OutgoingFlow flow = log.queue.nextToExpire();
        while (flow != null && flow.hasExpired(context.nowNanos)) {
            expire(flow);
            flow = log.queue.nextToExpire();
        }
    }

    /** Forgets a message whose time is over. */
    void expire(OutgoingFlow flow) {
        log.forgetWaiting(flow);
        context.reportFailed(flow, new MessageExpiredException(flow.message().topicName()));
    }

    /** Returns when {@link #expire()} has something to do, or {@link KeepAlive#NONE}. */
    long nextExpiryNanos() {
        OutgoingFlow flow = log.queue.nextToExpire();
        return flow == null ? KeepAlive.NONE : flow.deadlineNanos;
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
