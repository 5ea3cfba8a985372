package io.reactivemqtt.engine.state;

import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.session.Session;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a client does. Written on the loop, where that costs no more than a plain store, and read from any thread.
 */
public final class Counters {

    private static final int PUBLISHED = 0;
    private static final int RECEIVED = 1;
    private static final int RECONNECTS = 2;
    private static final int DROPPED = 3;
    private static final int HANDED_BACK = 4;
    private static final int QUEUED_MESSAGES = 5;
    private static final int QUEUED_BYTES = 6;
    private static final int OUTGOING_IN_FLIGHT = 7;
    private static final int INCOMING_UNACKNOWLEDGED = 8;
    private static final int OLDEST_NANOS = 9;
    private static final int HANDLER_FAILURES = 10;
    private static final int DEAD_LETTERED = 11;
    private static final int COUNT = 12;

    private final Loop loop;

    /** Null until there is something to count: idle clients come in thousands. */
    private volatile @Nullable AtomicLongArray values;

    Counters(Loop loop) {
        this.loop = loop;
    }

    // ---- loop only

    /** A message of this client's was published with success. */
    public void published() {
        add(PUBLISHED);
    }

    /** A message has arrived. */
    public void received() {
        add(RECEIVED);
    }

    /** A lost connection was re-established. */
    public void reconnected() {
        add(RECONNECTS);
    }

    /** A message that has arrived is dropped. */
    public void dropped() {
        add(DROPPED);
    }

    /** A subscriber has not processed a message. */
    public void handedBack() {
        add(HANDED_BACK);
    }

    /** A handler has not processed a message. */
    public void handlerFailed() {
        add(HANDLER_FAILURES);
    }

    /** A dead letter cannot be lost any more. */
    public void deadLettered() {
        add(DEAD_LETTERED);
    }

    /** A turn is over, and leaves so much behind. */
    public void turnEnded(int queuedMessages, long queuedBytes, Session session) {
        if (values == null && queuedMessages == 0 && session.inFlight() == 0 && session.unacknowledged() == 0) {
            return;
        }
        set(QUEUED_MESSAGES, queuedMessages);
        set(QUEUED_BYTES, queuedBytes);
        set(OUTGOING_IN_FLIGHT, session.inFlight());
        set(INCOMING_UNACKNOWLEDGED, session.unacknowledged());
        set(OLDEST_NANOS, session.oldestUnacknowledgedNanos());
    }

    private void add(int index) {
        AtomicLongArray written = written();
        written.setOpaque(index, written.getPlain(index) + 1);
    }

    private void set(int index, long value) {
        written().setOpaque(index, value);
    }

    private AtomicLongArray written() {
        AtomicLongArray known = values;
        if (known == null) {
            known = new AtomicLongArray(COUNT);
            values = known;
        }
        return known;
    }

    // ---- from any thread

    /** Returns all that is counted. */
    public ClientStatistics statistics() {
        return new ClientStatistics(
                (int) get(QUEUED_MESSAGES),
                get(QUEUED_BYTES),
                (int) get(OUTGOING_IN_FLIGHT),
                (int) get(INCOMING_UNACKNOWLEDGED),
                oldest(get(OLDEST_NANOS)),
                get(PUBLISHED),
                get(RECEIVED),
                get(RECONNECTS),
                get(DROPPED),
                get(HANDED_BACK),
                get(HANDLER_FAILURES),
                get(DEAD_LETTERED));
    }

    private Duration oldest(long sinceNanos) {
        boolean isNone =
                sinceNanos == Session.NO_DEADLINE || get(OUTGOING_IN_FLIGHT) + get(INCOMING_UNACKNOWLEDGED) == 0;
        return isNone ? Duration.ZERO : Duration.ofNanos(Math.max(0, loop.nanoTime() - sinceNanos));
    }

    private long get(int index) {
        AtomicLongArray known = values;
        return known == null ? 0 : known.getOpaque(index);
    }
}
