package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.ConnectOptions.QueueFullPolicy;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages, and bytes of them, other threads may hand over: what is on its way to the loop and what waits there have one
 * bound together, so that a message is refused before it enters. Any thread, but for {@link #moved}.
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

    /** On the way to the loop. */
    private final AtomicLong used = new AtomicLong();

    /** What waits on the loop, as it was when something last came there; 0 if a full queue makes room by itself. */
    private volatile long waiting;

    private final int maximumMessages;
    private final long maximumBytes;
    private final boolean queueMakesRoom;

    InboxBudget(ConnectOptions options) {
        this.maximumMessages = Math.min(Math.max(options.maximumQueuedMessages(), FEWEST_MESSAGES), MOST_MESSAGES);
        this.maximumBytes = Math.max(options.maximumQueuedBytes(), FEWEST_BYTES);
        this.queueMakesRoom = options.queueFullPolicy() == QueueFullPolicy.DROP_OLDEST;
    }

    /** Takes room for {@code message}; false if there is none. A message alone always has room: the queue judges it. */
    boolean take(ApplicationMessage message) {
        long size = ONE_MESSAGE + message.payload().size();
        long after = used.addAndGet(size) + waiting;
        if (after == size || (after >>> BYTE_BITS <= maximumMessages && (after & BYTES) <= maximumBytes)) {
            return true;
        }
        used.addAndGet(-size);
        return false;
    }

    /** On the loop: {@code message} is among the {@code messages} of {@code bytes} that wait there now, or has gone on. */
    void moved(ApplicationMessage message, int messages, long bytes) {
        waiting(messages, bytes);
        used.addAndGet(-(ONE_MESSAGE + message.payload().size()));
    }

    /** On the loop, at the end of a turn: what waits may have gone on. */
    void look(int messages, long bytes) {
        if (waiting != 0) {
            waiting(messages, bytes);
        }
    }

    private void waiting(int messages, long bytes) {
        if (!queueMakesRoom) {
            waiting = Math.min(messages, MOST_MESSAGES) * ONE_MESSAGE + Math.min(bytes, BYTES / 2);
        }
    }
}
