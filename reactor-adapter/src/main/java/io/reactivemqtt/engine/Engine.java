package io.reactivemqtt.engine;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.connection.ConnectionKeeper;
import io.reactivemqtt.engine.connection.Reconnector;
import io.reactivemqtt.engine.connection.ServerConnection;
import io.reactivemqtt.engine.connection.StateBoard;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.publish.Publishing;
import io.reactivemqtt.engine.publish.Survivors;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.state.Journal;
import io.reactivemqtt.engine.state.SavedSession;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.engine.subscribe.Router;
import io.reactivemqtt.engine.subscribe.Subscribing;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.exception.ClientFailedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Request;
import io.reactivemqtt.store.SessionChange;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives one session on one loop: it brings wishes and facts in, and does what comes out, in order.
 *
 * <p>Everything happens in {@linkplain Turns turns} on the loop: a turn takes what has come, lets the session decide, asks
 * sources for more, and ends in one flush. A call out of a subscriber, in the middle of a transition, waits until the session
 * is done with it. What depends on a change waits in the {@link Journal} until the change is durable.
 */
public final class Engine
        implements Outputs,
                Turns.Work,
                SessionKeeper.Owner,
                Subscribing.Owner,
                ServerConnection.Owner,
                ConnectionKeeper.Owner {

    final Turns turns;
    final Subscribing subscribing;
    final Router router;
    final Door door;
    final ServerConnection connection;
    final ConnectionKeeper connecting;
    final StateBoard state;
    final SessionKeeper keeper;
    final SessionGate gate;
    final Publishing publishing;
    private final SessionTimer timer;
    private final Consumer<ClientEvent> events;

    // ---- loop only
    private boolean failing;

    public Engine(ClientOptions options, Connector connector, Reconnector reconnector, Consumer<ClientEvent> events) {
        Loop loop = connector.loop();
        this.events = events;
        this.turns = new Turns(loop, this);
        this.keeper = new SessionKeeper(this, this, turns, loop, options);
        this.gate = keeper.gate();
        this.door = new Door(this, options);
        this.state = new StateBoard(loop, options.server());
        this.connection = new ServerConnection(this, turns, keeper, connector, state, options);
        this.connecting = new ConnectionKeeper(this, turns, keeper, connection, reconnector, state, options);
        this.timer = new SessionTimer(loop, turns, keeper, connection);
        this.publishing =
                new Publishing(turns, keeper, door.forMessages(), this::tell, connecting::isComingBack, options);
        this.subscribing = new Subscribing(turns, keeper, door, this, options);
        this.router = subscribing.router();
        keeper.attach(new Survivors(gate, publishing), router);
    }

    // ---- for the face

    public Subscribing subscribing() {
        return subscribing;
    }

    public Publishing publishing() {
        return publishing;
    }

    /** Returns the Session State, to look at it or to take it elsewhere. */
    public SavedSession savedSession() {
        return new SavedSession(turns, keeper);
    }

    /** Returns what the application may ask of the client as a whole. */
    public UserRequests requests() {
        return new UserRequests(this); // idle clients come in thousands
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
        return keeper.journal().commit() || more;
    }

    @Override
    public void ended() {
        subscribing.ended();
        publishing.ended();
        connection.flush();
        timer.set();
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
                () -> connecting.clientFailed(cause),
                () -> publishing.closeSources(cause),
                () -> keeper.failed(cause),
                () -> router.endAll(cause),
                door::failed,
                () -> tell(new ClientEvent.ClientFailed(cause)));
        steps.forEach(UserCode::run);
        failing = false;
    }

    // ---- what its parts ask for

    @Override
    public void tell(ClientEvent event) {
        UserCode.run(() -> events.accept(event));
    }

    @Override
    public void holdReading(boolean held) {
        subscribing.holdReading(held);
    }

    @Override
    public void readingPaused(boolean paused) {
        connection.readingPaused(paused);
    }

    // ---- from the connection and the store

    @Override
    public void sendHeld(Packet packet) {
        connection.sendHeld(packet);
    }

    @Override
    public void unavailable(MqttException cause) {
        publishing.storeUnavailable(cause);
    }

    @Override
    public void standsBy(boolean waits) {
        connecting.standsBy(waits);
    }

    @Override
    public void giveUpConnection(MqttException cause) {
        connecting.reestablish(cause);
    }

    @Override
    public void reconnectStopped(MqttException cause) {
        publishing.closeSources(cause);
        keeper.giveUp(cause);
        gate.enter(session -> session.giveUp(cause, turns.nowNanos()));
        router.endAll(cause);
    }

    // ---- what the session wants done

    @Override
    public void persist(SessionChange change) {
        keeper.journal().add(change);
    }

    @Override
    public boolean send(Packet packet) {
        if (keeper.journal().holds(packet)) {
            return false;
        }
        connection.write(packet);
        return true;
    }

    @Override
    public boolean send(ApplicationMessage message, int packetIdentifier, boolean dup) {
        if (keeper.journal().isHolding()) {
            return Outputs.super.send(message, packetIdentifier, dup); // as a packet, which can wait
        }
        connection.write(message, packetIdentifier, dup);
        return true;
    }

    @Override
    public boolean send(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        if (keeper.journal().isHolding()) {
            return Outputs.super.send(acknowledgement, packetIdentifier, reasonCode);
        }
        connection.write(acknowledgement, packetIdentifier, reasonCode);
        return true;
    }

    @Override
    public void sendNow(Packet packet) {
        connection.write(packet);
    }

    @Override
    public void closeTransport() {
        connection.close();
    }

    @Override
    public boolean deliver(Publish publish, @Nullable IncomingFlow flow) {
        return router.route(publish, flow);
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        publishing.published(flow, answer);
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        publishing.publishFailed(flow, cause);
    }

    @Override
    public void publishDropped(OutgoingFlow flow, MqttException cause) {
        publishing.publishDropped(flow, cause);
    }

    @Override
    public void complete(Request request, Packet answer) {
        EngineRequest engineRequest = (EngineRequest) request;
        keeper.journal().whenDurable(Waiter.of(() -> engineRequest.completed(answer), engineRequest::failed));
    }

    @Override
    public void fail(Request request, MqttException cause) {
        EngineRequest engineRequest = (EngineRequest) request;
        if (!connecting.beginNewInstead(engineRequest, cause)) {
            engineRequest.failed(cause);
        }
    }

    @Override
    public void connected(ConnAck connAck) {
        connecting.connected(connAck);
        keeper.connected(connAck.sessionPresent());
        subscribing.connected(connAck.sessionPresent());
    }

    @Override
    public void emit(ClientEvent event) {
        if (event instanceof ClientEvent.SubscriptionRestored restored
                && restored.reasonCode().isError()) {
            subscribing.refused(restored.topicFilter(), restored.reasonCode());
        }
        tell(event);
        if (event instanceof ClientEvent.Disconnected disconnected && disconnected.cause() != null) {
            connecting.lost(disconnected.cause());
        }
    }
}
