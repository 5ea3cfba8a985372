package io.reactivemqtt.session;

import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.QueueOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How much waits to be sent for the first time, against its bounds. */
final class WaitingBounds {

    private final int maximumMessages;
    private final long maximumBytes;
    private final QueueFullPolicy policy;
    private int messages;
    private long bytes;

    /** What may not wait for ever, the next to give up first; null until something does. */
    private @Nullable TreeSet<OutgoingFlow> bounded;

    /** Of each key the one that waits; null until a message has one. */
    private @Nullable Map<String, OutgoingFlow> latest;

    WaitingBounds(QueueOptions options) {
        this.maximumMessages = options.maximumMessages();
        this.maximumBytes = options.maximumBytes();
        this.policy = options.whenFull();
    }

    boolean dropsOldest() {
        return policy == QueueFullPolicy.DROP_OLDEST;
    }

    boolean hasRoomFor(OutgoingFlow flow) {
        OutgoingFlow older = olderOf(flow); // it makes room
        return older == null
                ? messages < maximumMessages && bytes + size(flow) <= maximumBytes
                : messages <= maximumMessages && bytes - size(older) + size(flow) <= maximumBytes;
    }

    boolean couldEverTake(OutgoingFlow flow) {
        return size(flow) <= maximumBytes;
    }

    void entered(OutgoingFlow flow) {
        messages++;
        bytes += size(flow);
        if (flow.waitsUntilNanos() != OutgoingFlow.NEVER) {
            if (bounded == null) {
                bounded = new TreeSet<>(WaitingBounds::compareDeadlines);
            }
            bounded.add(flow);
        }
        String key = flow.options().latestOf();
        if (key != null && !flow.possibleRepeat()) { // what was sent is replaced by nothing
            if (latest == null) {
                latest = new HashMap<>();
            }
            latest.put(key, flow);
        }
    }

    void left(OutgoingFlow flow) {
        messages--;
        bytes -= size(flow);
        if (bounded != null && flow.waitsUntilNanos() != OutgoingFlow.NEVER) {
            bounded.remove(flow);
        }
        String key = latest == null ? null : flow.options().latestOf();
        if (latest != null && key != null) {
            latest.remove(key, flow);
        }
    }

    private static int compareDeadlines(OutgoingFlow a, OutgoingFlow b) {
        long ofA = a.waitsUntilNanos();
        long ofB = b.waitsUntilNanos();
        return ofA == ofB ? Long.compare(a.sequence, b.sequence) : Long.signum(ofA - ofB);
    }

    /** Returns what waits too long first of all that waits, or null if nothing does. */
    @Nullable
    OutgoingFlow nextToGiveUp() {
        return bounded == null || bounded.isEmpty() ? null : bounded.first();
    }

    /** Returns what waits under the key of {@code flow}, or null. */
    @Nullable
    OutgoingFlow olderOf(OutgoingFlow flow) {
        String key = latest == null ? null : flow.options().latestOf();
        return latest == null || key == null ? null : latest.get(key);
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
