package io.reactivemqtt.engine.subscribe;

import java.util.List;
import java.util.function.Predicate;

/**
 * What waits for one subscriber. Those that need not be acknowledged have a bound in messages and bytes; the Receive Maximum bounds the
 * others. Loop only.
 */
abstract class MessageBuffer {

    /** So many times its bound a buffer takes before it is overfull. */
    private static final int OVERFULL = 4;

    private final int maximumMessages;
    private final long maximumBytes;

    // ---- of what need not be acknowledged
    private int buffered;
    private long bufferedBytes;

    MessageBuffer(int maximumMessages, long maximumBytes) {
        this.maximumMessages = maximumMessages;
        this.maximumBytes = maximumBytes;
    }

    /** Tells whether nothing waits. */
    abstract boolean isEmpty();

    /** Returns how many wait that need not be acknowledged. */
    final int buffered() {
        return buffered;
    }

    final boolean isFull() {
        return buffered >= maximumMessages || bufferedBytes >= maximumBytes;
    }

    /** Tells whether there is much more than may be: what was read because an answer was awaited. */
    final boolean isOverfull() {
        return buffered / OVERFULL >= maximumMessages || bufferedBytes / OVERFULL >= maximumBytes;
    }

    /** Tells whether {@code message} has no room; one alone always has. */
    final boolean isFullFor(Arrival message) {
        return buffered >= maximumMessages
                || (buffered > 0 && bufferedBytes + message.payload().size() > maximumBytes);
    }

    final void add(Arrival message) {
        if (message.flow == null) {
            buffered++;
            bufferedBytes += message.payload().size();
        }
        put(message);
    }

    abstract void put(Arrival message);

    /** Drops what waits longest of what need not be acknowledged. */
    abstract void dropOldest();

    /** Counts a message that waits no longer. */
    final void leaves(Arrival message) {
        if (message.flow == null) {
            buffered--;
            bufferedBytes -= message.payload().size();
        }
    }

    /** Returns all, in order, and keeps what nobody can be given back: that is still to be processed. */
    abstract List<Arrival> takeUntaken();

    static boolean canBeGivenBack(Arrival message) {
        return message.flow != null || message.sharing != null;
    }

    /** Takes out what {@code condition} picks, of what is to be acknowledged. */
    abstract void removeIf(Predicate<? super Arrival> condition);
}
