package io.reactivemqtt.client;

import io.reactivemqtt.exception.QueueFullException;

/** What happens to a message for which the queue has no room. */
public enum QueueFullPolicy {
    /**
     * The new message fails with {@link QueueFullException}. A stream of messages is not asked for more until there is room, so that
     * none of it fails.
     */
    FAIL,
    /** The message that waits longest fails with {@link QueueFullException} and makes room. */
    DROP_OLDEST
}
