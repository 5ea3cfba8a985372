package io.reactivemqtt.session;

/** Where a Session is with its connection: there is none, one is attempted, or there is one. What belongs to a phase goes with it. */
sealed interface Phase permits Phase.Disconnected, Handshake, Connection {

    /** There is no connection. */
    enum Disconnected implements Phase {
        /** As there is nothing to tell of it, there is one. */
        INSTANCE
    }

    /** Returns when something is due, or {@link KeepAlive#NONE}. */
    default long deadlineNanos() {
        return KeepAlive.NONE;
    }
}
