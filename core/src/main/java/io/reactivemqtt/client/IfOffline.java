package io.reactivemqtt.client;

import io.reactivemqtt.exception.NotSentException;

/** What becomes of a message that is published while there is no connection. */
public enum IfOffline {
    /** It waits in the queue. */
    WAIT,
    /** It fails at once with {@link NotSentException}. */
    FAIL
}
