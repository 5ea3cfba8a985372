package io.reactivemqtt.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import java.util.List;

/**
 * A client that has opened and recovered its Session State, and goes on as {@link SessionLog} allows.
 *
 * @param bench where it lives
 * @param log what it opened
 * @param recovered what it recovered
 */
record SessionOwner(StoreBench bench, SessionLog log, List<SessionChange> recovered) {

    /** Appends and waits until that has completed. */
    SessionOwner append(List<SessionChange> changes) {
        List<Void> elements = appending(changes).awaitCompletion();
        assertEquals(0, elements.size(), "append emits no element");
        return this;
    }

    SessionOwner append(SessionChange... changes) {
        return append(List.of(changes));
    }

    /** Begins to append, and does not wait. */
    Signals<Void> appending(List<SessionChange> changes) {
        return bench.subscribe("append", log.append(changes));
    }

    /** Appends, which has to fail because another owner is there. */
    void appendRefused(SessionChange... changes) {
        appending(List.of(changes)).awaitError(SessionTakenOverException.class);
    }

    /** Closes and waits until that has completed. */
    SessionOwner close() {
        bench.subscribe("close", log.close()).awaitCompletion();
        return this;
    }
}
