package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.QueueFullException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.Subscription;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.reactor.PublishFlux.PublishStream;
import io.reactivemqtt.reactor.PublishFlux.StreamFlow;
import io.reactivemqtt.reactor.transport.Connector;
import io.reactivemqtt.reactor.transport.Loop;
import io.reactivemqtt.session.Delivery;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Request;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * Drives one session on one loop: it brings wishes and facts in, and does what comes out, in order.
 *
 * <p>Everything happens in {@linkplain Turns turns} on the loop: a turn takes what has come, lets the session decide, asks
 * sources for more, and ends in one flush. A call out of a subscriber, in the middle of a transition, waits until the session
 * is done with it. What depends on a change waits in the {@link Journal} until the change is durable.
 */
final class Engine implements Outputs, Turns.Work {

    private final Loop loop;
    private final Turns turns;
    private final Router router = new Router(this);
    private final Connections connections;
    private final SessionKeeper keeper;
    private final Consumer<SessionEvent> events;

    // ---- loop only
    private final ArrayDeque<ReceivedMessage> taken = new ArrayDeque<>(1); // idle clients come in thousands
    private final ArrayDeque<PublishStream> publishStreams = new ArrayDeque<>(1);
    private final Set<MessageStream> pausing = new HashSet<>();
    private boolean inSession;
    private Disposable timer = Disposables.disposed();
    private long timerNanos = Session.NO_DEADLINE;

    Engine(
            ClientOptions options,
            Loop loop,
            Connector connector,
            Reconnecting reconnecting,
            Consumer<SessionEvent> events,
            Consumer<DeliveryReceipt> receipts) {
        this.loop = loop;
        this.turns = new Turns(loop, this);
        this.connections = new Connections(this, turns, loop, connector, reconnecting);
        this.events = events;
        PacketEncoder encoder = new PacketEncoder(options.connect().protocolVersion());
        this.keeper = new SessionKeeper(this, turns, loop, options, encoder::encodedLength, receipts);
    }

    // ---- turns

    /** Runs {@code task} in a turn: now if that can be, soon otherwise. From any thread. */
    void execute(Runnable task) {
        turns.execute(task);
    }

    @Override
    public void began() {
        keeper.tellWallClock();
    }

    @Override
    public boolean round() {
        for (ReceivedMessage message = taken.poll(); message != null; message = taken.poll()) {
            acknowledgeNow(message);
        }
        boolean asked = askSources();
        return keeper.commit() || asked || !taken.isEmpty();
    }

    @Override
    public void ended() {
        connections.flush();
        setTimer();
    }

    private boolean askSources() {
        boolean asked = false;
        if (!keeper.isOpen() && connections.isComingBack()) {
            return false; // a store that failed would fail all that comes, and is opened again with the connection
        }
        for (int i = publishStreams.size(); i > 0 && !publishStreams.isEmpty(); i--) {
            PublishStream stream = publishStreams.remove();
            publishStreams.add(stream); // the next turn begins with another
            asked |= stream.askForMore(Math.min(session().sendWindow(), keeper.queueRoom()));
        }
        return asked;
    }

    private void setTimer() {
        long deadline = keeper.isOpen() ? session().nextDeadlineNanos() : Session.NO_DEADLINE;
        if (deadline == Session.NO_DEADLINE || (timerNanos != Session.NO_DEADLINE && timerNanos - deadline <= 0)) {
            return; // a timer that is too early looks again
        }
        timer.dispose();
        timerNanos = deadline;
        timer = loop.schedule(() -> execute(this::onTimer), Math.max(0, deadline - loop.nanoTime()));
    }

    private void onTimer() {
        timerNanos = Session.NO_DEADLINE;
        if (keeper.isOpen()) { // what is half recovered, or closed, has no time
            inSession(session -> session.onTime(turns.nowNanos()));
        }
    }

    // ---- the session

    Session session() {
        return keeper.session();
    }

    /** Calls the session; what comes out of it must not call it back, so callers wait until this is over. */
    void inSession(Consumer<Session> call) {
        boolean outer = inSession;
        inSession = true;
        try {
            call.accept(session());
        } finally {
            inSession = outer;
        }
    }

    /** Runs {@code wish} in a turn once the Session State is at hand. */
    void whenOpen(Wish wish) {
        keeper.whenOpen(wish);
    }

    SessionKeeper keeper() {
        return keeper;
    }

    // ---- wishes, from any thread

    void publish(EngineFlow flow) {
        if (turns.isHere() && !inSession && !turns.hasWaiting()) {
            publishNow(flow);
        } else {
            execute(flow);
        }
    }

    /** In a turn. */
    void publishNow(EngineFlow flow) {
        if (flow instanceof StreamFlow streamFlow) {
            streamFlow.stream.arrived();
        }
        if (keeper.isOpen()) {
            publishOpen(flow);
        } else if (keeper.isFull()) {
            flow.failed(new QueueFullException("too many messages wait for the session store to open"));
        } else {
            keeper.whenOpen(Wish.of(() -> publishOpen(flow), flow::failed));
        }
    }

    private void publishOpen(EngineFlow flow) {
        inSession = true;
        try {
            keeper.session().publish(flow, turns.nowNanos());
        } finally {
            inSession = false;
        }
        keeper.published(flow);
    }

    void withdraw(EngineFlow flow) {
        execute(() -> keeper.whenOpen(Wish.of(() -> inSession(session -> session.withdraw(flow, turns.nowNanos())))));
    }

    /** In a turn: withdraws all messages of {@code stream}. */
    void withdrawAll(PublishStream stream) {
        keeper.whenOpen(Wish.of(() -> inSession(session -> session.withdrawIf(
                flow -> flow instanceof StreamFlow streamFlow && streamFlow.stream == stream, turns.nowNanos()))));
    }

    void acknowledge(ReceivedMessage message) {
        if (!turns.isHere()) {
            execute(() -> acknowledgeNow(message));
        } else if (inSession) {
            taken.add(message);
        } else {
            acknowledgeNow(message);
        }
    }

    private void acknowledgeNow(ReceivedMessage message) {
        Delivery delivery = message.delivery;
        ReceivedMessage.Sharing sharing = message.sharing;
        if (delivery != null && (sharing == null || --sharing.notDone == 0)) {
            inSession = true;
            try {
                session().acknowledge(delivery, message.answer(), turns.nowNanos());
            } finally {
                inSession = false;
            }
        }
    }

    void handBack(ReceivedMessage message) {
        execute(() -> router.hold(message));
    }

    void join(MessageStream stream) {
        execute(() -> keeper.whenOpen(Wish.of(
                () -> router.join(stream),
                cause -> stream.end(cause instanceof ClientClosedException ? null : cause))));
    }

    void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        execute(() -> keeper.whenOpen(
                Wish.of(() -> router.unsubscribe(topicFilter, new UserRequests.Unsubscribing(sink)), sink::error)));
    }

    void connect(MonoSink<ConnAck> sink) {
        execute(() -> {
            keeper.takeOver();
            keeper.whenOpen(Wish.of(() -> connectOpen(sink), sink::error));
        });
    }

    private void connectOpen(MonoSink<ConnAck> sink) {
        if (!session().isDisconnected()) {
            sink.error(new IllegalStateException("the client is connected, or connecting, already"));
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
        Object attempt = connections.open(request, resume);
        sink.onCancel(() -> execute(() -> cancelConnect(request, attempt)));
    }

    private void cancelConnect(UserRequests.Connecting request, Object attempt) {
        if (!request.isAnswered() && connections.cancel(attempt)) {
            CancellationException cancelled = new CancellationException("connect() was cancelled");
            inSession(session -> session.onTransportLost(cancelled, turns.nowNanos()));
        }
    }

    void disconnect(Disconnect disconnect, MonoSink<Void> sink) {
        execute(() -> {
            connections.disconnectWished();
            closeSources(new ClientClosedException("the stream of messages"));
            if (!keeper.isOpen()) {
                router.endAll(null);
                keeper.close(sink::success);
                return;
            }
            UserRequests.Disconnecting request = new UserRequests.Disconnecting(this, sink);
            inSession(session -> session.disconnect(disconnect, request, turns.nowNanos()));
        });
    }

    // ---- in a turn, for the router and the streams

    Router router() {
        return router;
    }

    ArrayDeque<PublishStream> publishStreams() {
        return publishStreams;
    }

    void subscribe(Subscription subscription, int identifier, EngineRequest request) {
        keeper.used();
        inSession(session -> session.subscribe(List.of(subscription), identifier, request, turns.nowNanos()));
    }

    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        keeper.whenOpen(Wish.of(
                () -> inSession(session -> session.unsubscribe(List.of(topicFilter), request, turns.nowNanos())),
                request::failed));
    }

    boolean isSubscribed(TopicName topicName) {
        return session().isSubscribed(topicName);
    }

    void tell(SessionEvent event) {
        Turns.run(() -> events.accept(event));
    }

    void tellDropped(TopicFilter topicFilter, long count) {
        tell(new SessionEvent.MessagesDropped(List.of(topicFilter), count));
    }

    void pauseReading(MessageStream stream) {
        if (pausing.add(stream) && pausing.size() == 1) {
            execute(this::readOrPause);
        }
    }

    void resumeReading(MessageStream stream) {
        if (!pausing.isEmpty() && pausing.remove(stream) && pausing.isEmpty()) {
            execute(this::readOrPause);
        }
    }

    private void readOrPause() {
        connections.readingPaused(!pausing.isEmpty());
    }

    /** The store has failed. Sources would only feed it with what it fails, unless it is opened again with the connection. */
    void storeGone(MqttException cause) {
        turns.defer(() -> {
            if (!connections.isComingBack()) {
                closeSources(cause);
            }
        });
    }

    private void closeSources(MqttException cause) {
        List.copyOf(publishStreams).forEach(stream -> stream.close(cause));
    }

    // ---- from the connection and the store

    /** A packet arrived. In a turn. */
    void packet(Packet packet) {
        inSession = true;
        try {
            session().onPacket(packet, turns.nowNanos());
        } finally {
            inSession = false;
        }
    }

    /** An acknowledgement arrived that says no more than that all went well. In a turn. */
    void acknowledgement(PacketType type, int packetIdentifier) {
        inSession = true;
        try {
            session().onAcknowledgement(type, packetIdentifier, turns.nowNanos());
        } finally {
            inSession = false;
        }
    }

    /** What waits for the store was to be sent on a connection that is gone. */
    void connectionGone() {
        keeper.forgetPackets();
    }

    /** A packet that waited for the store may leave. */
    void sendHeld(Packet packet) {
        connections.write(packet);
        session().onHeldSent(turns.nowNanos());
    }

    /** No connection will be made any more. */
    void giveUp(MqttException cause) {
        closeSources(cause);
        inSession(session -> session.giveUp(cause, turns.nowNanos()));
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
        try {
            router.route(publish, delivery);
        } catch (Throwable thrown) { // out of a subscriber that breaks the rules of Reactive Streams
            Turns.dropped(thrown);
        }
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        EngineFlow engineFlow = (EngineFlow) flow;
        try {
            engineFlow.succeeded(engineFlow.result(answer));
        } catch (Throwable thrown) {
            Turns.dropped(thrown);
        }
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        Turns.run(() -> ((EngineFlow) flow).failed(cause));
    }

    @Override
    public void publishForgotten(OutgoingFlow flow) {
        Turns.run(((EngineFlow) flow)::forgotten);
    }

    @Override
    public void complete(Request request, Packet answer) {
        EngineRequest engineRequest = (EngineRequest) request;
        keeper.whenDurable(Wish.of(
                () -> Turns.run(() -> engineRequest.completed(answer)),
                cause -> Turns.run(() -> engineRequest.failed(cause))));
    }

    @Override
    public void fail(Request request, MqttException cause) {
        Turns.run(() -> ((EngineRequest) request).failed(cause));
    }

    @Override
    public void emit(SessionEvent event) {
        if (event instanceof SessionEvent.Connected connected) {
            connections.accepted();
            keeper.accepted();
            if (!pausing.isEmpty()) {
                turns.defer(this::readOrPause);
            }
            if (connected.sessionPresent()) {
                router.forgetWhatComesAgain(false);
            }
        }
        tell(event);
        if (event instanceof SessionEvent.Disconnected disconnected && disconnected.cause() != null) {
            connections.lost(disconnected.cause());
        }
    }
}
