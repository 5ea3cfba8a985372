package io.reactivemqtt.engine;

import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * One way out: no message is taken up any more; handlers that are at work finish, for a bounded time; their acknowledgements and the
 * messages on their way leave; then DISCONNECT, and the store is closed. Loop only.
 */
final class Departure implements EngineRequest {

    /** What it waits for. */
    private enum Step {
        HANDLERS,
        ACKNOWLEDGEMENTS,
        MESSAGES,
        STORE
    }

    private final Engine engine;
    private final Disconnect disconnect;
    private final List<MonoSink<DrainReport>> sinks = new ArrayList<>(1);
    private long deadlineNanos;
    private Disposable timer = Disposables.disposed();
    private Step step = Step.HANDLERS;
    private boolean looksSoon;
    private DrainReport report = DrainReport.NOTHING_LEFT;

    Departure(Engine engine, Disconnect disconnect, long deadlineNanos, MonoSink<DrainReport> sink) {
        this.engine = engine;
        this.disconnect = disconnect;
        this.deadlineNanos = deadlineNanos;
        this.sinks.add(sink);
    }

    void begin() {
        if (engine.keeper.isOpen()) {
            engine.router.drain();
            step = Step.HANDLERS;
            lookAtTheEnd();
            look();
        } else { // nothing is known of a Session yet
            closeStore();
        }
    }

    /** Tells whether handlers are at work whose results may be messages. */
    boolean waitsForHandlers() {
        return step == Step.HANDLERS && engine.keeper.isOpen() && engine.router.inHand() > 0;
    }

    private void lookAtTheEnd() {
        timer.dispose();
        timer = engine.turns.schedule(this::look, deadlineNanos - engine.turns.nowNanos());
    }

    /** Another disconnect came: the shorter patience of the two holds. */
    void join(Departure other) {
        sinks.addAll(other.sinks);
        if (other.deadlineNanos - deadlineNanos < 0) {
            deadlineNanos = other.deadlineNanos;
            lookAtTheEnd();
        }
        if (step == Step.MESSAGES && engine.keeper.isOpen()) {
            disconnect(); // the session hurries too
        }
        look();
    }

    /** A turn is over, in which a handler may have finished: it gets the time to return. */
    void lookSoon() {
        if (step == Step.HANDLERS && !looksSoon && (engine.router.inHand() == 0 || !engine.keeper.isOpen())) {
            looksSoon = true;
            engine.turns.executeLater(this::look);
        }
    }

    /** Goes on if nothing is left of what it waits for, or it is time. */
    private void look() {
        looksSoon = false;
        boolean isTime = engine.turns.nowNanos() - deadlineNanos >= 0;
        if (step == Step.HANDLERS && !engine.keeper.isOpen()) { // the store has failed meanwhile
            closeStore();
        } else if (step == Step.HANDLERS && isTime) {
            disconnect();
        } else if (step == Step.HANDLERS && engine.router.inHand() == 0) {
            step = Step.ACKNOWLEDGEMENTS; // they may wait for the store
            engine.keeper.journal().whenDurable(Waiter.of(this::acknowledged, cause -> closeStore()));
        } else if (step == Step.ACKNOWLEDGEMENTS && isTime) {
            disconnect();
        }
    }

    private void acknowledged() {
        if (step == Step.ACKNOWLEDGEMENTS) {
            disconnect();
        }
    }

    private void disconnect() {
        step = Step.MESSAGES;
        long patienceNanos = Math.max(0, deadlineNanos - engine.turns.nowNanos());
        engine.gate.enter(session -> session.disconnect(disconnect, this, patienceNanos, engine.turns.nowNanos()));
    }

    @Override
    public void completed(Packet answer) {
        closeStore();
    }

    @Override
    public void failed(MqttException cause) {
        if (cause instanceof LimitExceededException) { // it cannot be said, and the connection stays
            step = Step.STORE;
            timer.dispose();
            engine.router.stays();
            engine.door.stays();
            sinks.forEach(sink -> UserCode.run(() -> sink.error(cause)));
        } else { // the store has failed, and the connection is closed all the same
            closeStore();
        }
    }

    private void closeStore() {
        if (step == Step.STORE) {
            return;
        }
        step = Step.STORE;
        if (engine.keeper.isOpen()) {
            report = new DrainReport(
                    engine.router.inHand(),
                    engine.gate.session().inFlightAtEnd(),
                    engine.gate.session().waitingAtEnd());
        }
        engine.router.endAll(null);
        engine.keeper.close(this::end);
    }

    /** All is closed. */
    void end() {
        step = Step.STORE;
        timer.dispose();
        List<MonoSink<DrainReport>> all = List.copyOf(sinks);
        sinks.clear();
        if (!all.isEmpty()) {
            engine.state.closed();
            engine.door.left();
            all.forEach(sink -> UserCode.run(() -> sink.success(report)));
        }
    }
}
