package io.reactivemqtt.client;

import io.reactivemqtt.exception.OutcomeUnknownException;

/**
 * What becomes of a QoS 1 or 2 message that the Server answers by closing the connection, as too large, say. It is known by being first
 * in flight on three connections in a row that end within a second. For a bad network ends connections too, the third sends nothing
 * at QoS 1 or 2 for a second, which proves the network, and then that message alone; if a reset ends it, a fourth is made.
 */
public enum StuckMessagePolicy {
    /** It fails with {@link OutcomeUnknownException}. */
    FAIL,
    /**
     * It stays in the Session and stands aside; it is tried again on a connection that is made ten minutes later or after that, or by
     * the next process, unless it is withdrawn.
     */
    KEEP
}
