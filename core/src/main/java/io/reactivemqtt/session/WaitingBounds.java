package io.reactivemqtt.session;

import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.QueueOptions;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How much waits to be sent for the first time, against its bounds. */
final class WaitingBounds {

    private final int maximumMessages;
    private final long maximumBytes;
    private final QueueFullPolicy policy;
    private int messages;
    private long bytes;

    /** What waits and expires, the next to expire first; null until something does. */
    private @Nullable TreeSet<OutgoingFlow> expiring;

    WaitingBounds(QueueOptions options) {
        this.maximumMessages = options.maximumMessages();
        this.maximumBytes = options.maximumBytes();
        this.policy = options.whenFull();
    }

    boolean dropsOldest() {
        return policy == QueueFullPolicy.DROP_OLDEST;
    }

    boolean hasRoomFor(OutgoingFlow flow) {
        return messages < maximumMessages && bytes + size(flow) <= maximumBytes;
    }

    boolean couldEverTake(OutgoingFlow flow) {
        return size(flow) <= maximumBytes;
    }

    void entered(OutgoingFlow flow) {
        messages++;
        bytes += size(flow);
        if (flow.deadlineNanos != OutgoingFlow.NEVER) {
            if (expiring == null) {
                expiring = new TreeSet<>(WaitingBounds::compareDeadlines);
            }
            expiring.add(flow);
        }
    }

    void left(OutgoingFlow flow) {
        messages--;
        bytes -= size(flow);
        if (expiring != null && flow.deadlineNanos != OutgoingFlow.NEVER) {
            expiring.remove(flow);
        }
    }

    private static int compareDeadlines(OutgoingFlow a, OutgoingFlow b) {
        return a.deadlineNanos == b.deadlineNanos
                ? Long.compare(a.sequence, b.sequence)
                : Long.signum(a.deadlineNanos - b.deadlineNanos);
    }

    /** Returns what expires first of all that waits, or null if nothing does. */
    @Nullable
    OutgoingFlow nextToExpire() {
        return expiring == null || expiring.isEmpty() ? null : expiring.first();
    }

    int room() {
        // what a lost Session puts back may exceed the bounds
        return bytes >= maximumBytes ? 0 : Math.max(0, maximumMessages - messages);
    }

    int messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    String bounds() {
        return "the queue of " + maximumMessages + " messages or " + maximumBytes + " bytes is full";
    }

    private static int size(OutgoingFlow flow) {
        return flow.message().payload().size() + flow.message().topicName().encodedLength();
    }
}
