package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.ClientFailedException;
import io.reactivemqtt.ConnectOptions.UnknownSessionPolicy;
import io.reactivemqtt.ConnectionLostException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.QueueFullException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.SessionUnknownException;
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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
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
final class Engine implements Outputs, Turns.Work {

    /** So long the application may wait for an answer that cannot be read because of what waits for the application. */
    private static final long DEADLOCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Loop loop;
    private final Turns turns;
    private final Router router;
    private final Door door;
    private final Connections connections;
    private final SessionKeeper keeper;
    private final InboxBudget inboxBudget;
    private final boolean beginsNew;
    private final Consumer<SessionEvent> events;

    // ---- loop only
    private final ArrayDeque<ReceivedMessage> taken = new ArrayDeque<>(1); // idle clients come in thousands
    private final ArrayDeque<PublishStream> publishStreams = new ArrayDeque<>(1);
    private Set<MessageStream> pausing = Set.of(); // until there is one
    private boolean inSession;
    private boolean readingHeld;
    private boolean deadlockWatched;
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
        this.turns = new Turns(loop, this);
        this.connections = new Connections(this, turns, loop, connector, reconnecting);
        this.router = new Router(this, options);
        this.door = new Door(this, options);
        this.inboxBudget = new InboxBudget(options.connect());
        this.beginsNew = options.connect().unknownSession() == UnknownSessionPolicy.BEGIN_NEW;
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
        router.settle();
        door.lookAtDeparture();
        boolean asked = askSources();
        return keeper.commit() || asked || !taken.isEmpty();
    }

    @Override
    public void ended() {
        if (readingHeld) {
            readOrPause();
            lookForDeadlock();
        }
        if (inboxBudget.looks()) {
            lookAtInbox();
        }
        connections.flush();
        setTimer();
    }

    private void lookAtInbox() {
        inboxBudget.look(keeper.messagesWaiting(), keeper.bytesWaiting());
    }

    private boolean askSources() {
        boolean asked = false;
        MqttException stopped = keeper.stopped();
        if (stopped != null) {
            closeSources(stopped);
            return false;
        }
        if (!keeper.isOpen() && connections.isComingBack()) {
            return false; // a store that failed would fail all that comes, and is opened again with the connection
        }
        for (int i = publishStreams.size(); i > 0 && !publishStreams.isEmpty(); i--) {
            PublishStream stream = publishStreams.remove();
            publishStreams.add(stream); // the next turn begins with another
            asked |= stream.askForMore(
                    Math.min(session().sendWindow(), keeper.queueRoom()), keeper.maximumQueuedBytes());
        }
        return asked;
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
        timer = loop.schedule(() -> execute(this::onTimer), Math.max(0, deadline - loop.nanoTime()));
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

    Door door() {
        return door;
    }

    long nowNanos() {
        return turns.nowNanos();
    }

    /** Runs {@code task} in a turn of its own, when who calls now has returned to the loop. */
    void executeLater(Runnable task) {
        loop.execute(() -> execute(task));
    }

    /** Runs {@code task} in a turn after {@code delayNanos}. */
    Disposable schedule(Runnable task, long delayNanos) {
        return loop.schedule(() -> execute(task), Math.max(0, delayNanos));
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
        inSession = false;
        ClientFailedException cause = new ClientFailedException(thrown);
        List<Runnable> steps = List.of(
                connections::failed,
                () -> closeSources(cause),
                () -> keeper.failed(cause),
                () -> router.endAll(cause),
                door::failed,
                () -> tell(new SessionEvent.ClientFailed(cause)));
        steps.forEach(UserCode::run);
        failing = false;
    }

    // ---- wishes, from any thread

    void publish(EngineFlow flow) {
        if (turns.isHere() && !inSession && !turns.hasWaiting()) {
            publishNow(flow);
        } else if (flow instanceof StreamFlow || inboxBudget.take(flow.message())) { // a stream's window bounds it
            execute(flow);
        } else {
            flow.failed(new QueueFullException("more messages were published at once than may wait: "
                    + "the queue of maximumQueuedMessages() or maximumQueuedBytes() is full"));
        }
    }

    /** In a turn; it comes from the inbox. */
    void publishFromInbox(EngineFlow flow) {
        publishNow(flow);
        if (!(flow instanceof StreamFlow) && inboxBudget.moved(flow.message())) {
            lookAtInbox();
        }
    }

    private void publishNow(EngineFlow flow) {
        if (flow instanceof StreamFlow streamFlow) {
            streamFlow.stream.arrived(streamFlow);
        }
        if (door.isOpen()) {
            publishAdmitted(flow);
        } else {
            door.enter(
                    "publish to " + flow.message().topicName(),
                    Wish.of(() -> publishAdmitted(flow), cause -> UserCode.run(() -> flow.failed(cause))));
        }
    }

    private void publishAdmitted(EngineFlow flow) {
        if (flow.isAbandoned() || (flow instanceof StreamFlow streamFlow && streamFlow.stream.isCancelled())) {
            return; // it was cancelled while it waited at the door
        }
        if (keeper.isOpen()) {
            publishOpen(flow);
        } else {
            keeper.publishWhenOpen(flow);
        }
    }

    void publishOpen(EngineFlow flow) {
        inSession = true;
        try {
            keeper.session().publish(flow, turns.nowNanos());
        } finally {
            inSession = false;
        }
        keeper.published(flow);
    }

    /** Lets {@code wish} in, from any thread. */
    void enter(String request, Wish wish) {
        execute(() -> door.enter(request, wish));
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
        if (sharing != null) {
            sharing.taken = true;
            router.somebodyTook();
        }
        if (delivery != null && (sharing == null || --sharing.notDone == 0)) {
            acknowledgeNow(delivery, message.answer());
        }
    }

    /** In a turn: nobody has a message any more, and nobody has processed it. */
    void forget(Delivery delivery) {
        turns.defer(() -> session().forget(delivery, turns.nowNanos()));
    }

    /** In a turn: nobody waits for a message any more. */
    void acknowledge(Delivery delivery) {
        turns.defer(() -> acknowledgeNow(delivery, ReasonCode.SUCCESS));
    }

    private void acknowledgeNow(Delivery delivery, ReasonCode answer) {
        inSession = true;
        try {
            session().acknowledge(delivery, answer, turns.nowNanos());
        } finally {
            inSession = false;
        }
    }

    void handBack(ReceivedMessage message) {
        execute(() -> router.unowned().handedBack(message));
    }

    void join(MessageStream stream) {
        Consumer<MqttException> failure = cause -> stream.end(cause);
        execute(() -> door.enter(
                "subscribe to " + stream.options.topicFilter(),
                Wish.of(
                        () -> keeper.whenOpen(Wish.of(
                                () -> router.join(stream),
                                cause -> stream.end(cause instanceof ClientClosedException ? null : cause))),
                        failure)));
    }

    void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        UserRequests.Unsubscribing request = new UserRequests.Unsubscribing(sink);
        execute(() -> door.enter(
                "unsubscribe from " + topicFilter,
                Wish.of(
                        () -> keeper.whenOpen(Wish.of(() -> router.unsubscribe(topicFilter, request), request::failed)),
                        request::failed)));
    }

    void connect(MonoSink<ConnAck> sink) {
        Consumer<MqttException> failure = cause -> UserCode.run(() -> sink.error(cause));
        execute(() -> door.connect(Wish.of(
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
        sink.onCancel(() -> execute(() -> cancelConnect(request)));
    }

    private void cancelConnect(UserRequests.Connecting request) {
        if (!request.isAnswered() && connections.cancel(request)) {
            CancellationException cancelled = new CancellationException("connect() was cancelled");
            inSession(session -> session.onTransportLost(cancelled, turns.nowNanos()));
        }
    }

    void disconnect(Disconnect disconnect, Duration drainFor, MonoSink<DrainReport> sink) {
        execute(() -> {
            connections.disconnectWished();
            closeSources(new ClientClosedException("the stream of messages"));
            door.disconnect(new Departure(this, disconnect, turns.nowNanos() + drainFor.toNanos(), sink));
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
        UserCode.run(() -> events.accept(event));
    }

    void tellDropped(TopicFilter topicFilter, long count) {
        tell(new SessionEvent.MessagesDropped(List.of(topicFilter), count));
    }

    void pauseReading(MessageStream stream) {
        if (pausing.isEmpty()) {
            pausing = new HashSet<>();
        }
        if (pausing.add(stream) && pausing.size() == 1) {
            execute(this::readOrPause);
        }
    }

    void resumeReading(MessageStream stream) {
        if (!pausing.isEmpty() && pausing.remove(stream) && pausing.isEmpty()) {
            execute(this::readOrPause);
        }
    }

    @Override
    public void holdReading(boolean held) {
        readingHeld = held;
        turns.defer(this::readOrPause);
    }

    private void readOrPause() {
        boolean untaken = readingHeld && (session().isOverfull() || !session().awaitsAnswers());
        connections.readingPaused(untaken || !pausing.isEmpty());
    }

    /** What a handler waits for may lie behind what waits for the handlers: then there is no way but a new connection. */
    private void lookForDeadlock() {
        if (deadlockWatched
                || !readingHeld
                || !session().isOverfull()
                || !session().awaitsAnswers()) {
            return;
        }
        deadlockWatched = true;
        schedule(
                () -> {
                    deadlockWatched = false;
                    if (readingHeld && session().isOverfull() && session().awaitsAnswers()) {
                        giveUpConnection(new ConnectionLostException(
                                "more than 64 MiB of messages wait for the application, which waits for an answer behind them",
                                null,
                                null));
                    }
                },
                DEADLOCK_NANOS);
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
        } catch (Throwable thrown) {
            failed(thrown);
        } finally {
            inSession = false;
        }
    }

    /** An acknowledgement arrived that says no more than that all went well. In a turn. */
    void acknowledgement(PacketType type, int packetIdentifier) {
        inSession = true;
        try {
            session().onAcknowledgement(type, packetIdentifier, turns.nowNanos());
        } catch (Throwable thrown) {
            failed(thrown);
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

    /** Ends the connection because of {@code cause}, and makes it anew; not where no new one would be made. */
    void giveUpConnection(MqttException cause) {
        if (connections.reconnectsAfter(cause)) {
            inSession(session -> session.giveUpConnection(cause, turns.nowNanos()));
        }
    }

    /** No connection will be made any more. */
    void giveUp(MqttException cause) {
        closeSources(cause);
        keeper.giveUp(cause);
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
            if (!pausing.isEmpty()) {
                turns.defer(this::readOrPause);
            }
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
