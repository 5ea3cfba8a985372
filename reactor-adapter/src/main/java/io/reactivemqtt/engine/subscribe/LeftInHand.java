package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What subscribers that have left still had in hand, and may acknowledge yet: for a bounded time, for nobody knows whether they still
 * work on it. Loop only.
 */
final class LeftInHand {

    private final long keepForNanos;

    /** Messages, and since when. */
    private final Map<Arrival, Long> messages = new LinkedHashMap<>(0);

    LeftInHand(Duration keepFor) {
        this.keepForNanos = keepFor.toNanos();
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    void watch(Collection<Arrival> left, long nowNanos) {
        left.forEach(message -> messages.put(message, nowNanos));
    }

    void remove(Arrival message) {
        messages.remove(message);
    }

    void clear() {
        messages.clear();
    }

    /** Returns when the first of them is due, or {@code otherwise} if that is earlier. */
    long firstDueNanos(long otherwise) {
        long due = otherwise;
        for (long sinceNanos : messages.values()) {
            due = Math.min(due, sinceNanos + keepForNanos);
        }
        return due;
    }

    /** Hands back what was in hand for too long. */
    void takeBack(long nowNanos) {
        List<Arrival> late = new ArrayList<>();
        messages.forEach((message, sinceNanos) -> {
            if (!message.isInHand() || nowNanos - sinceNanos >= keepForNanos) {
                late.add(message);
            }
        });
        late.forEach(messages::remove);
        late.forEach(Arrival::handBack); // which changes nothing if it was acknowledged
    }

    /** Counts what may still be processed. */
    int count() {
        messages.keySet().removeIf(message -> !message.isInHand());
        return messages.size();
    }

    /** The Server sends QoS 1 messages again, and those of QoS 2 too if this client has forgotten them. */
    void forgetWhatComesAgain(boolean exactlyOnceToo) {
        messages.keySet().removeIf(message -> message.qos() != Qos.EXACTLY_ONCE || exactlyOnceToo);
    }
}
