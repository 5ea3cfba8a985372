package io.reactivemqtt.client;

import io.reactivemqtt.exception.OutcomeUnknownException;

/** What becomes of a QoS 1 or 2 message that was sent but not acknowledged when the Server lost the Session. */
public enum SessionLossPolicy {
    /** It is sent again as a new message; the receiver may get it twice, and the result says so. */
    REPUBLISH,
    /** It fails with {@link OutcomeUnknownException}. */
    FAIL,
    /** It is dropped: its result says {@link PublishOutcome#DROPPED}. */
    DROP
}
