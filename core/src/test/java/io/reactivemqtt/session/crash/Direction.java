package io.reactivemqtt.session.crash;

/** Which way the messages of a {@link Scenario} go. */
enum Direction {
    /** From the client to the Server. */
    OUTGOING,

    /** From the Server to the client. */
    INCOMING
}
