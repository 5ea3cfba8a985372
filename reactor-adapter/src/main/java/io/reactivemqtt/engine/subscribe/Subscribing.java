package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.engine.loop.Admission;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.Counters;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.state.Journal;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.session.IncomingFlow;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.TransactionalLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Subscribers, and what they say about messages, on their way into the session. The {@link Router} has the way back. Event loop only, but
 * for what says so.
 */
public final class Subscribing {

    /** What is asked of the owner, on the loop. */
    public interface Owner extends ReadingPause.Reader {
        void tell(ClientEvent event);
    }

    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final Admission admission;
    private final Owner owner;
    private final ReadingPause reading;
    private final Router router;

    /** What was taken while the session was busy. */
    private @Nullable ArrayDeque<Arrival> taken; // idle clients come in thousands

    /** What became of messages of which the session hears when it is not busy. */
    private List<Runnable> decided = List.of(); // until there is one

    public Subscribing(Turns turns, SessionKeeper keeper, Admission admission, Owner owner, ClientOptions options) {
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.admission = admission;
        this.reading = new ReadingPause(turns, gate, owner);
        this.owner = owner;
        this.router = new Router(this, options);
    }

    Turns turns() {
        return turns;
    }

    Counters counters() {
        return keeper.counters();
    }

    Session session() {
        return gate.session();
    }

    ReadingPause reading() {
        return reading;
    }

    /** The Server has accepted a connection, and resumes the Session or has lost it. */
    public void connected(boolean sessionPresent) {
        reading.connected();
        if (sessionPresent) {
            router.forgetWhatComesAgain(false);
        } else {
            router.sessionLost();
        }
    }

    /** The Server lost the Session, and does not grant a subscription again. */
    public void refused(TopicFilter topicFilter, ReasonCode reasonCode) {
        router.subscribers().refused(topicFilter, reasonCode);
    }

    /** The session has too much that the application has not taken, or enough room again. */
    public void holdReading(boolean held) {
        reading.hold(held);
    }

    /** The turn is over. */
    public void ended() {
        reading.ended();
    }

    public Router router() {
        return router;
    }

    /** Returns what has {@code handler} work in transactions of the client's store. */
    public <C> Function<List<Arrival>, Publisher<?>> inTransaction(
            HandlerTransaction<C> transaction,
            BiFunction<? super List<? extends ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        return new InTransaction<>(keeper, transaction, handler);
    }

    // ---- from any thread

    /** Subscribes {@code stream} when it is let in. */
    public void join(MessageStream stream) {
        String what = "subscribe to " + MessageStream.words(stream.topicFilters());
        enter(what, stream, () -> router.subscribers().join(stream));
    }

    /** Shows {@code stream} whatever arrives when it is let in. */
    public void watch(MessageStream stream) {
        enter("messages()", stream, () -> router.watch(stream));
    }

    private void enter(String what, MessageStream stream, Runnable join) {
        Consumer<MqttException> failure = cause -> stream.end(cause);
        turns.execute(() -> admission.enter(
                what,
                Waiter.of(
                        () -> keeper.whenOpen(Waiter.of(
                                join, cause -> stream.end(cause instanceof ClientClosedException ? null : cause))),
                        failure)));
    }

    /** Ends all subscribers of {@code topicFilter} when that is let in. */
    public void leave(TopicFilter topicFilter, EngineRequest request) {
        turns.execute(() -> admission.enter(
                "unsubscribe from " + topicFilter,
                Waiter.of(
                        () -> keeper.whenOpen(Waiter.of(
                                () -> router.subscribers().unsubscribe(topicFilter, request), request::failed)),
                        request::failed)));
    }

    /** The subscriber is done with {@code message}. */
    void acknowledge(Arrival message) {
        if (turns.isHere()) {
            taken(message);
        } else {
            turns.execute(() -> acknowledgeNow(message));
        }
    }

    /** The subscriber has not processed {@code message}. */
    void handBack(Arrival message) {
        turns.execute(() -> router.unowned().handedBack(message));
    }

    // ---- in a turn

    /** The subscriber is done with {@code message}; the session hears of it when it is not busy. */
    void taken(Arrival message) {
        if (!gate.isBusy()) {
            acknowledgeNow(message);
            return;
        }
        if (taken == null) {
            taken = new ArrayDeque<>();
        }
        taken.add(message);
    }

    private void acknowledgeNow(Arrival message) {
        IncomingFlow flow = message.flow;
        Arrival.Sharing sharing = message.sharing;
        if (sharing != null) {
            sharing.taken = true;
            router.somebodyTook();
        }
        if (flow != null && Arrival.Sharing.endsPart(sharing)) {
            if (message.answer().isError()
                    && flow.isExactlyOnce()
                    && keeper.journal().log() instanceof TransactionalLog) {
                refuse(flow, message.answer());
            } else {
                gate.acknowledge(flow, message.answer());
            }
        }
    }

    /** What a transaction has written of the message, or still will, goes before its identifier is that of another one. */
    private void refuse(IncomingFlow flow, ReasonCode answer) {
        if (session().isAwaited(flow)) {
            Journal journal = keeper.journal();
            journal.add(
                    new IncomingProcessed(flow.packetIdentifier())); // which waits for a transaction that is under way
            journal.whenDurable(Waiter.of(
                    () -> {
                        journal.add(new IncomingReleased(flow.packetIdentifier()));
                        gate.acknowledge(flow, answer);
                    },
                    cause -> {})); // then the message comes again
        }
    }

    /** Nobody has a message any more, and nobody has processed it. */
    void forget(IncomingFlow flow) {
        later(() -> gate.enter(session -> session.forget(flow, turns.nowNanos())));
    }

    /** Nobody waits for a message any more. */
    void acknowledge(IncomingFlow flow) {
        later(() -> gate.acknowledge(flow, ReasonCode.SUCCESS));
    }

    /** Runs {@code task} when the store has what was said about messages until now, or has failed, and the answers are written. */
    void whenAcknowledged(Runnable task) {
        Runnable behindTheFlush = () -> turns.executeLater(task);
        Waiter waiter = Waiter.of(behindTheFlush, cause -> behindTheFlush.run());
        later(() -> keeper.journal().whenDurable(waiter)); // behind what was taken while the session was busy
    }

    private void later(Runnable task) {
        if (decided.isEmpty()) {
            decided = new ArrayList<>();
        }
        decided.add(task);
    }

    /** Asks the Server. */
    void subscribe(List<TopicSubscription> subscriptions, int identifier, EngineRequest request) {
        keeper.used();
        gate.enter(session -> session.subscribe(subscriptions, identifier, request, turns.nowNanos()));
    }

    /** Asks the Server. */
    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        keeper.whenOpen(Waiter.of(
                () -> gate.enter(session -> session.unsubscribe(List.of(topicFilter), request, turns.nowNanos())),
                request::failed));
    }

    void tell(ClientEvent event) {
        owner.tell(event);
    }

    void giveUpConnection(MqttException cause) {
        owner.giveUpConnection(cause);
    }

    /** Does what has come up; true if there is more. */
    public boolean round() {
        while (taken != null && !taken.isEmpty()) {
            acknowledgeNow(taken.remove());
        }
        while (!decided.isEmpty()) {
            List<Runnable> all = decided;
            decided = List.of();
            all.forEach(Runnable::run);
        }
        router.settle(); // behind them: what is acknowledged leaves before an UNSUBSCRIBE
        return (taken != null && !taken.isEmpty()) || !decided.isEmpty();
    }
}
