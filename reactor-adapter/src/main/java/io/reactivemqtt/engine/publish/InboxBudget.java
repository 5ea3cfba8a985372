package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.QueueOptions;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How many messages, and bytes of them, other threads may hand over: what is on its way to the loop and what waits there have one
 * bound together, so that a message is refused before it enters. Any thread, but for what says so.
 */
final class InboxBudget {

    /** Messages count above these bits, bytes in them, so that one addition changes both. */
    private static final int BYTE_BITS = 40;

    private static final int MOST_MESSAGES = 1 << 22;

    /** A queue may be smaller than what meets on the way to it, and judges for itself. */
    private static final int FEWEST_MESSAGES = 1024;

    private static final long FEWEST_BYTES = 1024 * 1024;
    private static final long ONE_MESSAGE = 1L << BYTE_BITS;
    private static final long BYTES = ONE_MESSAGE - 1;

    private static final AtomicLongFieldUpdater<InboxBudget> USED =
            AtomicLongFieldUpdater.newUpdater(InboxBudget.class, "used");

    /** So many are counted together: the threads that hand messages over, and the loop, pull at one number. */
    private static final int MANY = 64;

    private static final long MANY_BYTES = 64 * 1024;

    /** On the way to the loop. */
    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile long used;

    /** Of them, what has come there since {@link #look}. Loop only. */
    private long moved;

    /** What waits on the loop, as it was at the last {@link #look}; 0 if a full queue makes room by itself. */
    private volatile long waiting;

    private final QueueOptions options;

    InboxBudget(QueueOptions options) {
        this.options = options;
    }

    /**
     * Takes room for {@code message}; false if there is none. A message alone always has room: the queue judges it.
     *
     * @param replaces whether it may take the place of one that waits, so that a full queue is no reason to refuse it here
     */
    boolean take(ApplicationMessage message, boolean replaces) {
        long size = ONE_MESSAGE + message.payload().size();
        long waited = replaces
                ? 0
                : waiting; // before what is on the way, so that what arrives meanwhile is not counted twice
        long after = USED.addAndGet(this, size) + waited;
        if (after == size || (after >>> BYTE_BITS <= maximumMessages() && (after & BYTES) <= maximumBytes())) {
            return true;
        }
        USED.addAndGet(this, -size);
        return false;
    }

    private int maximumMessages() {
        return Math.min(Math.max(options.maximumMessages(), FEWEST_MESSAGES), MOST_MESSAGES);
    }

    private long maximumBytes() {
        return Math.max(options.maximumBytes(), FEWEST_BYTES);
    }

    /** On the loop: {@code message} waits there now, or has gone on; true if {@link #look} is to know at once. */
    boolean moved(ApplicationMessage message) {
        moved += ONE_MESSAGE + message.payload().size();
        return moved >>> BYTE_BITS >= MANY || (moved & BYTES) >= MANY_BYTES;
    }

    /** On the loop: tells whether it is to be told, at the end of a turn, what waits: it may have gone on. */
    boolean looks() {
        return moved != 0 || waiting != 0;
    }

    /** On the loop: {@code messages} of {@code bytes} wait there now. */
    void look(int messages, long bytes) {
        if (moved != 0) { // first: for a moment too little is counted, which the queue notices, and never too much
            USED.addAndGet(this, -moved);
            moved = 0;
        }
        if (options.whenFull() != QueueFullPolicy.DROP_OLDEST) {
            waiting = Math.min(messages, MOST_MESSAGES) * ONE_MESSAGE + Math.min(bytes, BYTES / 2);
        }
    }
}
