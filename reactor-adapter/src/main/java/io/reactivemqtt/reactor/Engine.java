package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.ClientFailedException;
import io.reactivemqtt.ConnectOptions.UnknownSessionPolicy;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.SessionUnknownException;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.reactor.transport.Connector;
import io.reactivemqtt.reactor.transport.Loop;
import io.reactivemqtt.session.Delivery;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Request;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/**
 * Drives one session on one loop: it brings wishes and facts in, and does what comes out, in order.
 *
 * <p>Everything happens in {@linkplain Turns turns} on the loop: a turn takes what has come, lets the session decide, asks
 * sources for more, and ends in one flush. A call out of a subscriber, in the middle of a transition, waits until the session
 * is done with it. What depends on a change waits in the {@link Journal} until the change is durable.
 */
final class Engine
        implements Outputs, Turns.Work, SessionKeeper.Owner, Subscribing.Owner, ReadingPause.Reader, Connections.Owner {

    private final Loop loop;
    private final Turns turns;
    private final ReadingPause reading;
    private final Subscribing subscribing;
    private final Router router;
    private final Door door;
    private final Connections connections;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final Publishing publishing;
    private final boolean beginsNew;
    private final Consumer<SessionEvent> events;

    // ---- loop only
    private boolean failing;
    private @Nullable Disposable timer;
    private long timerNanos = Session.NO_DEADLINE;

    Engine(
            ClientOptions options,
            Loop loop,
            Connector connector,
            Reconnecting reconnecting,
            Consumer<SessionEvent> events,
            Consumer<DeliveryReceipt> receipts) {
        this.loop = loop;
        this.events = events;
        this.beginsNew = options.connect().unknownSession() == UnknownSessionPolicy.BEGIN_NEW;
        this.turns = new Turns(loop, this);
        PacketEncoder encoder = new PacketEncoder(options.connect().protocolVersion());
        this.keeper = new SessionKeeper(this, this, turns, loop, options, encoder::encodedLength);
        this.gate = keeper.gate();
        this.door = new Door(this, options);
        this.connections = new Connections(this, turns, keeper, loop, connector, reconnecting);
        this.publishing = new Publishing(turns, keeper, door, connections::isComingBack, options);
        this.reading = new ReadingPause(turns, gate, this);
        this.subscribing = new Subscribing(turns, keeper, door, reading, this, options);
        this.router = subscribing.router();
        keeper.flows(new Survivors(gate, publishing, receipts));
    }

    // ---- turns

    @Override
    public void began() {
        keeper.tellWallClock();
    }

    @Override
    public boolean round() {
        boolean more = subscribing.round();
        door.lookAtDeparture();
        more |= publishing.askSources();
        return keeper.commit() || more;
    }

    @Override
    public void ended() {
        reading.ended();
        publishing.ended();
        connections.flush();
        setTimer();
    }

    private void setTimer() {
        long deadline = keeper.isOpen() ? session().nextDeadlineNanos() : Session.NO_DEADLINE;
        if (deadline == Session.NO_DEADLINE) {
            if (timerNanos != Session.NO_DEADLINE && session().isDisconnected()) {
                disposeTimer(); // it would keep a client alive that is forgotten
            }
            return;
        }
        if (timerNanos != Session.NO_DEADLINE && timerNanos - deadline <= 0) {
            return; // a timer that is too early looks again
        }
        disposeTimer();
        timerNanos = deadline;
        timer = loop.schedule(() -> turns.execute(this::onTimer), Math.max(0, deadline - loop.nanoTime()));
    }

    private void disposeTimer() {
        timerNanos = Session.NO_DEADLINE;
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
    }

    private void onTimer() {
        timerNanos = Session.NO_DEADLINE;
        if (keeper.isOpen()) { // what is half recovered, or closed, has no time
            connections.noteProgress();
            gate.enter(session -> session.onTime(turns.nowNanos()));
        }
    }

    // ---- the session

    Session session() {
        return gate.session();
    }

    SessionGate gate() {
        return gate;
    }

    Subscribing subscribing() {
        return subscribing;
    }

    Publishing publishing() {
        return publishing;
    }

    SessionKeeper keeper() {
        return keeper;
    }

    Door door() {
        return door;
    }

    Turns turns() {
        return turns;
    }

    /**
     * Something was thrown that is no subscriber's: nobody knows how far it got. So the client ends as in a crash, and whoever waits is
     * told; the next {@code connect()} begins with what the store has.
     */
    @Override
    public void failed(Throwable thrown) {
        if (failing) {
            UserCode.dropped(thrown);
            return;
        }
        failing = true;
        gate.abandon();
        ClientFailedException cause = new ClientFailedException(thrown);
        List<Runnable> steps = List.of(
                connections::failed,
                () -> publishing.closeSources(cause),
                () -> keeper.failed(cause),
                () -> router.endAll(cause),
                door::failed,
                () -> tell(new SessionEvent.ClientFailed(cause)));
        steps.forEach(UserCode::run);
        failing = false;
    }

    // ---- wishes, from any thread

    void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        subscribing.leave(topicFilter, new UserRequests.Unsubscribing(sink));
    }

    void connect(MonoSink<ConnAck> sink) {
        Consumer<MqttException> failure = cause -> UserCode.run(() -> sink.error(cause));
        turns.execute(() -> door.connect(Wish.of(
                () -> {
                    keeper.takeOver();
                    keeper.whenOpen(Wish.of(() -> connectOpen(sink), failure));
                },
                failure)));
    }

    private void connectOpen(MonoSink<ConnAck> sink) {
        if (!session().isDisconnected()) {
            UserCode.run(
                    () -> sink.error(new IllegalStateException("the client is connected, or connecting, already")));
            return;
        }
        keeper.used();
        boolean resume = connections.wished();
        // who interrupts the wait for a reconnect does not end it by failing
        UserRequests.Connecting request = new UserRequests.Connecting(sink, cause -> {
            if (resume) {
                connections.lost(cause);
            }
        });
        connections.open(request, resume);
        sink.onCancel(() -> turns.execute(() -> cancelConnect(request)));
    }

    private void cancelConnect(UserRequests.Connecting request) {
        if (!request.isAnswered() && connections.cancel(request)) {
            CancellationException cancelled = new CancellationException("connect() was cancelled");
            gate.enter(session -> session.onTransportLost(cancelled, turns.nowNanos()));
        }
    }

    void disconnect(Disconnect disconnect, Duration drainFor, MonoSink<DrainReport> sink) {
        turns.execute(() -> {
            connections.disconnectWished();
            publishing.closeSources(new ClientClosedException("the stream of messages"));
            door.disconnect(new Departure(this, disconnect, turns.nowNanos() + drainFor.toNanos(), sink));
        });
    }

    // ---- in a turn, for the router and the streams

    Router router() {
        return router;
    }

    @Override
    public void tell(SessionEvent event) {
        UserCode.run(() -> events.accept(event));
    }

    @Override
    public void holdReading(boolean held) {
        reading.hold(held);
    }

    @Override
    public void readingPaused(boolean paused) {
        connections.readingPaused(paused);
    }

    // ---- from the connection and the store

    @Override
    public void sendHeld(Packet packet) {
        connections.write(packet);
        session().onHeldSent(turns.nowNanos());
    }

    @Override
    public void recovered() {
        router.recovered();
    }

    @Override
    public void forgotten() {
        router.forgetWhatComesAgain(true);
    }

    /** Sources would only feed a store that failed with what it fails, unless it is opened again with the connection. */
    @Override
    public void unavailable(MqttException cause) {
        turns.defer(() -> {
            if (!connections.isComingBack()) {
                publishing.closeSources(cause);
            }
        });
    }

    /** Ends the connection because of {@code cause}, and makes it anew; not where no new one would be made. */
    @Override
    public void giveUpConnection(MqttException cause) {
        if (connections.reconnectsAfter(cause)) {
            gate.enter(session -> session.giveUpConnection(cause, turns.nowNanos()));
        }
    }

    @Override
    public void giveUp(MqttException cause) {
        publishing.closeSources(cause);
        keeper.giveUp(cause);
        gate.enter(session -> session.giveUp(cause, turns.nowNanos()));
        router.endAll(cause);
    }

    // ---- what the session wants done

    @Override
    public void persist(SessionChange change) {
        keeper.persist(change);
    }

    @Override
    public boolean send(Packet packet) {
        if (keeper.holds(packet)) {
            return false;
        }
        connections.write(packet);
        return true;
    }

    @Override
    public boolean send(ApplicationMessage message, int packetIdentifier, boolean dup) {
        if (keeper.isHolding()) {
            return Outputs.super.send(message, packetIdentifier, dup); // as a packet, which can wait
        }
        connections.write(message, packetIdentifier, dup);
        return true;
    }

    @Override
    public boolean send(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        if (keeper.isHolding()) {
            return Outputs.super.send(acknowledgement, packetIdentifier, reasonCode);
        }
        connections.write(acknowledgement, packetIdentifier, reasonCode);
        return true;
    }

    @Override
    public void sendNow(Packet packet) {
        connections.write(packet);
    }

    @Override
    public void closeTransport() {
        connections.close();
    }

    @Override
    public void deliver(Publish publish, @Nullable Delivery delivery) {
        router.route(publish, delivery);
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        EngineFlow engineFlow = (EngineFlow) flow;
        try {
            engineFlow.succeeded(engineFlow.result(answer));
        } catch (Throwable thrown) { // out of a subscriber
            UserCode.dropped(thrown);
        }
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        UserCode.run(() -> ((EngineFlow) flow).failed(cause));
    }

    @Override
    public void publishForgotten(OutgoingFlow flow) {
        UserCode.run(((EngineFlow) flow)::forgotten);
    }

    @Override
    public void complete(Request request, Packet answer) {
        EngineRequest engineRequest = (EngineRequest) request;
        keeper.whenDurable(Wish.of(() -> engineRequest.completed(answer), engineRequest::failed));
    }

    @Override
    public void fail(Request request, MqttException cause) {
        EngineRequest engineRequest = (EngineRequest) request;
        if (beginsNew && cause instanceof SessionUnknownException) {
            turns.defer(() -> connections.open(engineRequest, true)); // with Clean Start 1
        } else {
            engineRequest.failed(cause);
        }
    }

    @Override
    public void emit(SessionEvent event) {
        if (event instanceof SessionEvent.Connected connected) {
            connections.accepted();
            keeper.accepted();
            reading.connected();
            if (connected.sessionPresent()) {
                router.forgetWhatComesAgain(false);
            } else {
                router.sessionLost();
            }
        } else if (event instanceof SessionEvent.SubscriptionRestored restored
                && restored.reasonCode().isError()) {
            router.refused(restored.topicFilter(), restored.reasonCode());
        }
        tell(event);
        if (event instanceof SessionEvent.Disconnected disconnected && disconnected.cause() != null) {
            connections.lost(disconnected.cause());
        }
    }
}
