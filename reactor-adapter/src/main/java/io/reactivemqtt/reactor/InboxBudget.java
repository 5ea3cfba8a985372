package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ConnectOptions;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages, and bytes of them, may be on their way from other threads to the loop: as many as may wait there. Any thread.
 */
final class InboxBudget {

    /** Messages count above these bits, bytes in them, so that one addition changes both. */
    private static final int BYTE_BITS = 40;

    private static final int MOST_MESSAGES = 1 << 22;
    private static final long ONE_MESSAGE = 1L << BYTE_BITS;
    private static final long BYTES = ONE_MESSAGE - 1;

    private final AtomicLong used = new AtomicLong();
    private final int maximumMessages;
    private final long maximumBytes;

    InboxBudget(ConnectOptions options) {
        this.maximumMessages = Math.min(options.maximumQueuedMessages(), MOST_MESSAGES);
        this.maximumBytes = options.maximumQueuedBytes();
    }

    /** Takes room for {@code message}; false if there is none. A message alone always has room: the queue judges it. */
    boolean take(ApplicationMessage message) {
        long size = cost(message);
        long after = used.addAndGet(size);
        if (after == size || (after >>> BYTE_BITS <= maximumMessages && (after & BYTES) <= maximumBytes)) {
            return true;
        }
        used.addAndGet(-size);
        return false;
    }

    void giveBack(ApplicationMessage message) {
        used.addAndGet(-cost(message));
    }

    private static long cost(ApplicationMessage message) {
        return ONE_MESSAGE + message.payload().size();
    }
}
