package io.reactivemqtt.engine.subscribe;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits for one subscriber. Those that need not be acknowledged have a bound in messages and bytes; the Receive Maximum bounds the
 * others. Loop only.
 */
final class MessageBuffer {

    private final int maximumMessages;
    private final long maximumBytes;
    private final ArrayDeque<Arrival> messages = new ArrayDeque<>();

    // ---- of what need not be acknowledged
    private int buffered;
    private long bufferedBytes;

    MessageBuffer(int maximumMessages, long maximumBytes) {
        this.maximumMessages = maximumMessages;
        this.maximumBytes = maximumBytes;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Returns how many wait that need not be acknowledged. */
    int buffered() {
        return buffered;
    }

    boolean isFull() {
        return buffered >= maximumMessages || bufferedBytes >= maximumBytes;
    }

    /** Tells whether {@code message} has no room; one alone always has. */
    boolean isFullFor(Arrival message) {
        return buffered >= maximumMessages
                || (buffered > 0 && bufferedBytes + message.payload().size() > maximumBytes);
    }

    void add(Arrival message) {
        if (message.flow == null) {
            buffered++;
            bufferedBytes += message.payload().size();
        }
        messages.add(message);
    }

    Arrival remove() {
        Arrival message = messages.remove();
        leaves(message);
        return message;
    }

    /** Drops what waits longest of what need not be acknowledged. */
    void dropOldest() {
        for (var waiting = messages.iterator(); waiting.hasNext(); ) {
            Arrival message = waiting.next();
            if (message.flow == null) {
                waiting.remove();
                leaves(message);
                return;
            }
        }
    }

    private void leaves(Arrival message) {
        if (message.flow == null) {
            buffered--;
            bufferedBytes -= message.payload().size();
        }
    }

    /** Returns all, and keeps what nobody can be given back: that is still to be emitted. */
    List<Arrival> takeUntaken() {
        List<Arrival> untaken = List.copyOf(messages);
        messages.removeIf(message -> message.flow != null || message.sharing != null);
        return untaken;
    }

    void removeIf(Predicate<? super Arrival> condition) {
        messages.removeIf(condition);
    }
}
