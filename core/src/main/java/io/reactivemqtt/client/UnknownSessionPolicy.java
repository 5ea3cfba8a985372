package io.reactivemqtt.client;

import io.reactivemqtt.exception.SessionUnknownException;

/** What happens if the Server resumes a Session of which this client has no state: an earlier process kept none. */
public enum UnknownSessionPolicy {
    /**
     * The client resumes it too. Messages come for its subscriptions, and wait for their subscribers. What the earlier process had sent
     * and not finished is not known here, so a QoS 2 message may be taken for one of those: use a store where that matters.
     */
    CONTINUE,
    /** The connection is closed, and one with Clean Start 1 follows at once. Not in MQTT 3.1.1, whose Clean Session says more. */
    BEGIN_NEW,
    /** The connection is closed, and connecting fails with {@link SessionUnknownException} [MQTT-3.2.2-4]. */
    FAIL
}
