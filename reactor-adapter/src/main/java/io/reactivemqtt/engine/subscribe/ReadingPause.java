package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.client.ClientEvent.ReadingPaused;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.MqttException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whether the connection is read: not while a subscriber, or the session, cannot take more; but while answers are awaited, for which a
 * handler may wait that is to make room, it is read on for a while. Event loop only.
 */
public final class ReadingPause {

    /** So long the application may wait for an answer that cannot be read because of what waits for the application. */
    private static final long DEADLOCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long BETWEEN_EVENTS_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The connection that is read. */
    public interface Reader {
        void readingPaused(boolean paused);

        /** Ends the connection because of {@code cause}, so that it is re-established. */
        void giveUpConnection(MqttException cause);
    }

    private final Turns turns;
    private final SessionGate gate;
    private final Reader reader;
    private Set<MessageStream> pausing = Set.of(); // until there is one
    private boolean held;
    private boolean deadlockWatched;

    /** When it was told last that a subscriber stops the reading. */
    private long toldNanos;

    private boolean told;

    public ReadingPause(Turns turns, SessionGate gate, Reader reader) {
        this.turns = turns;
        this.gate = gate;
        this.reader = reader;
    }

    /** The buffer of {@code stream} is full. */
    void pause(MessageStream stream) {
        if (pausing.isEmpty()) {
            pausing = new HashSet<>();
        }
        if (pausing.add(stream)) {
            if (pausing.size() == 1) {
                turns.execute(this::readOrPause);
            }
            tell(stream);
        }
    }

    private void tell(MessageStream stream) {
        long nowNanos = turns.nowNanos();
        if (!told || nowNanos - toldNanos >= BETWEEN_EVENTS_NANOS) {
            told = true;
            toldNanos = nowNanos;
            stream.subscribing.tell(new ReadingPaused(stream.topicFilters()));
        }
    }

    /** The buffer of {@code stream} has room again. */
    void resume(MessageStream stream) {
        if (!pausing.isEmpty() && pausing.remove(stream) && pausing.isEmpty()) {
            turns.execute(this::readOrPause);
        }
    }

    /** The session has too much that the application has not taken, or enough room again. */
    public void hold(boolean holds) {
        held = holds;
        turns.defer(this::readOrPause);
    }

    /** A new connection is read until it is told otherwise. */
    public void connected() {
        if (!pausing.isEmpty()) {
            turns.defer(this::readOrPause);
        }
    }

    /** The turn is over, and the session may await other answers than before. */
    public void ended() {
        if (held || !pausing.isEmpty()) {
            readOrPause();
            lookForDeadlock();
        }
    }

    private void readOrPause() {
        boolean mustPause = held || !pausing.isEmpty();
        reader.readingPaused(mustPause && (isOverfull() || !isAnswerAwaited()));
    }

    /** So that a Server that has gone is noticed, its PINGRESP is read too. */
    private boolean isAnswerAwaited() {
        return gate.session().awaitsAnswers() || gate.session().awaitsPingResp();
    }

    private boolean isOverfull() {
        return (held && gate.session().isOverfull()) || pausing.stream().anyMatch(MessageStream::isOverfull);
    }

    /** What a handler waits for may lie behind what waits for the handlers: then there is no way but a new connection. */
    private void lookForDeadlock() {
        if (deadlockWatched || !isDeadlock()) {
            return;
        }
        deadlockWatched = true;
        turns.schedule(
                () -> {
                    deadlockWatched = false;
                    if (isDeadlock()) {
                        reader.giveUpConnection(new ConnectionLostException(
                                "too many messages wait for the application, which waits for an answer behind them",
                                null,
                                null));
                    }
                },
                DEADLOCK_NANOS);
    }

    private boolean isDeadlock() {
        return isOverfull() && gate.session().awaitsAnswers();
    }
}
