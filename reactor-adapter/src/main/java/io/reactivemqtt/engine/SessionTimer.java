package io.reactivemqtt.engine;

import io.reactivemqtt.engine.connection.ServerConnection;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.session.Session;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Wakes the session when its next deadline has come. Event loop only. */
final class SessionTimer {

    private final Loop loop;
    private final Turns turns;
    private final SessionKeeper keeper;
    private final ServerConnection connection;
    private @Nullable Disposable scheduled;
    private long scheduledNanos = Session.NO_DEADLINE;

    SessionTimer(Loop loop, Turns turns, SessionKeeper keeper, ServerConnection connection) {
        this.loop = loop;
        this.turns = turns;
        this.keeper = keeper;
        this.connection = connection;
    }

    /** At the end of a turn: the deadline may be another. */
    void set() {
        Session session = keeper.gate().session();
        long deadlineNanos = keeper.isOpen() ? session.nextDeadlineNanos() : Session.NO_DEADLINE;
        if (deadlineNanos == Session.NO_DEADLINE) {
            if (scheduledNanos != Session.NO_DEADLINE && session.isDisconnected()) {
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
        if (keeper.isOpen()) { // what is half recovered, or closed, has no time
            connection.noteProgress();
            keeper.gate().enter(session -> session.onTime(turns.nowNanos()));
        }
    }

    private void dispose() {
        scheduledNanos = Session.NO_DEADLINE;
        if (scheduled != null) {
            scheduled.dispose();
            scheduled = null;
        }
    }
}
