package io.reactivemqtt.engine;

import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.session.Session;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Wakes the session when its next deadline has come. Event loop only. */
final class SessionTimer {

    private final Loop loop;
    private final Turns turns;
    private final Runnable onTime;
    private @Nullable Disposable scheduled;
    private long scheduledNanos = Session.NO_DEADLINE;

    /** Calls {@code onTime} in a turn. */
    SessionTimer(Loop loop, Turns turns, Runnable onTime) {
        this.loop = loop;
        this.turns = turns;
        this.onTime = onTime;
    }

    /** Sets when the session has something to do; {@code idle}: a session without a connection, which may be forgotten. */
    void set(long deadlineNanos, boolean idle) {
        if (deadlineNanos == Session.NO_DEADLINE) {
            if (scheduledNanos != Session.NO_DEADLINE && idle) {
                dispose(); // it would keep a client alive that is forgotten
            }
            return;
        }
        if (scheduledNanos != Session.NO_DEADLINE && scheduledNanos - deadlineNanos <= 0) {
            return; // a timer that is too early looks again
        }
        dispose();
        scheduledNanos = deadlineNanos;
        scheduled = loop.schedule(() -> turns.execute(this::fire), Math.max(0, deadlineNanos - loop.nanoTime()));
    }

    private void fire() {
        scheduledNanos = Session.NO_DEADLINE;
        onTime.run();
    }

    private void dispose() {
        scheduledNanos = Session.NO_DEADLINE;
        if (scheduled != null) {
            scheduled.dispose();
            scheduled = null;
        }
    }
}
