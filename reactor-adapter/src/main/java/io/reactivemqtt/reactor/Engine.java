package io.reactivemqtt.reactor;

import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.ConnectionLostException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.ProtocolViolationException;
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
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.reactor.PublishFlux.PublishStream;
import io.reactivemqtt.reactor.PublishFlux.StreamFlow;
import io.reactivemqtt.reactor.transport.Connector;
import io.reactivemqtt.reactor.transport.Loop;
import io.reactivemqtt.reactor.transport.Transport;
import io.reactivemqtt.reactor.transport.TransportListener;
import io.reactivemqtt.session.Delivery;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Request;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Drives one session on one loop: it brings wishes and facts in, and does what comes out, in order.
 *
 * <p>Everything happens in <em>turns</em> on the loop: a turn takes what has come, lets the session decide, asks sources for
 * more, and ends in one flush. A call from another thread goes through the inbox, and the first of a burst starts a turn. A
 * call out of a subscriber, in the middle of a transition, waits until the session is done with it.
 */
final class Engine implements Outputs {

    /** How often a turn asks sources for more before it lets others have the loop. */
    private static final int ROUNDS_IN_A_TURN = 16;

    private final Loop loop;
    private final Session session;
    private final Router router = new Router(this);
    private final Reconnecting reconnecting;
    private final Connector connector;
    private final Consumer<SessionEvent> events;

    private final Queue<Runnable> inbox =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger inboxCount = new AtomicInteger();
    private final Runnable inboxTurn = this::takeInbox;

    // ---- loop only
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final ArrayDeque<ReceivedMessage> taken = new ArrayDeque<>();
    private final ArrayDeque<PublishStream> publishStreams = new ArrayDeque<>();
    private final Set<MessageStream> pausing = new HashSet<>();
    private boolean inTurn;
    private boolean inSession;
    private long nowNanos;
    private @Nullable Connection connection;
    private Disposable timer = Disposables.disposed();
    private long timerNanos = Session.NO_DEADLINE;

    Engine(
            ClientOptions options,
            Loop loop,
            Connector connector,
            Reconnecting reconnecting,
            Consumer<SessionEvent> events) {
        this.loop = loop;
        this.connector = connector;
        this.reconnecting = reconnecting;
        this.events = events;
        PacketEncoder encoder = new PacketEncoder(options.connect().protocolVersion());
        this.session = new Session(options.connect(), this, false, encoder::encodedLength);
    }

    // ---- turns

    /** Runs {@code task} in a turn: now if that can be, soon otherwise. From any thread. */
    void execute(Runnable task) {
        if (!loop.isCurrent()) {
            inbox.add(task);
            if (inboxCount.getAndIncrement() == 0) {
                loop.execute(inboxTurn);
            }
        } else if (inTurn) {
            deferred.add(task);
        } else {
            begin();
            run(task);
            end();
        }
    }

    private void takeInbox() {
        begin();
        int taken = inboxCount.get();
        do {
            for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
                run(task);
            }
            taken = inboxCount.addAndGet(-taken);
        } while (taken != 0);
        end();
    }

    /** What a task throws, and it must not, ends neither the turn nor the client. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException thrown) {
            dropped(thrown);
        }
    }

    private static void dropped(RuntimeException thrown) {
        Operators.onErrorDropped(thrown, Context.empty());
    }

    private void begin() {
        inTurn = true;
        nowNanos = loop.nanoTime();
    }

    /** Does what the turn has brought up, until there is no more, and flushes once. */
    private void end() {
        int rounds = 0;
        boolean more = true;
        while (more && rounds++ < ROUNDS_IN_A_TURN) {
            for (ReceivedMessage message = taken.poll(); message != null; message = taken.poll()) {
                acknowledgeNow(message);
            }
            for (Runnable task = deferred.poll(); task != null; task = deferred.poll()) {
                run(task);
            }
            more = askSources() || !deferred.isEmpty() || !taken.isEmpty();
        }
        if (connection != null && connection.transport != null) {
            connection.transport.flush();
        }
        inTurn = false;
        if (more || !deferred.isEmpty()) {
            loop.execute(this::takeInbox); // the loop's other channels first
        }
        setTimer();
    }

    private boolean askSources() {
        boolean asked = false;
        if (!publishStreams.isEmpty()) {
            int window = Math.min(session.sendWindow(), session.queueRoom());
            for (int i = publishStreams.size(); i > 0 && !publishStreams.isEmpty(); i--) {
                PublishStream stream = publishStreams.remove();
                publishStreams.add(stream); // the next turn begins with another
                asked |= stream.askForMore(window);
            }
        }
        return asked;
    }

    private void setTimer() {
        long deadline = session.nextDeadlineNanos();
        if (deadline == Session.NO_DEADLINE || (timerNanos != Session.NO_DEADLINE && timerNanos - deadline <= 0)) {
            return; // a timer that is too early looks again
        }
        timer.dispose();
        timerNanos = deadline;
        timer = loop.schedule(() -> execute(this::onTimer), Math.max(0, deadline - loop.nanoTime()));
    }

    private void onTimer() {
        timerNanos = Session.NO_DEADLINE;
        inSession = true;
        session.onTime(nowNanos);
        inSession = false;
    }

    // ---- wishes, from any thread

    void publish(EngineFlow flow) {
        if (inTurnOutsideSession() && deferred.isEmpty()) {
            publishNow(flow);
        } else {
            execute(flow);
        }
    }

    private boolean inTurnOutsideSession() {
        return loop.isCurrent() && inTurn && !inSession;
    }

    /** In a turn. */
    void publishNow(EngineFlow flow) {
        if (flow instanceof StreamFlow streamFlow) {
            streamFlow.stream.arrived();
        }
        inSession = true;
        session.publish(flow, nowNanos);
        inSession = false;
    }

    void withdraw(EngineFlow flow) {
        execute(() -> session.withdraw(flow, nowNanos));
    }

    /** In a turn: withdraws all messages of {@code stream}. */
    void withdrawAll(PublishStream stream) {
        session.withdrawIf(flow -> flow instanceof StreamFlow streamFlow && streamFlow.stream == stream, nowNanos);
    }

    void acknowledge(ReceivedMessage message) {
        if (!loop.isCurrent() || !inTurn) {
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
            session.acknowledge(delivery, message.reasonCode, nowNanos);
            inSession = false;
        }
    }

    void handBack(ReceivedMessage message) {
        execute(() -> router.hold(message));
    }

    void join(MessageStream stream) {
        execute(() -> router.join(stream));
    }

    void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        execute(() -> router.unsubscribe(topicFilter, new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                List<ReasonCode> reasonCodes = ((UnsubAck) answer).reasonCodes();
                sink.success(reasonCodes.isEmpty() ? ReasonCode.SUCCESS : reasonCodes.get(0)); // none in MQTT 3.1.1
            }

            @Override
            public void failed(MqttException cause) {
                sink.error(cause);
            }
        }));
    }

    void connect(MonoSink<ConnAck> sink) {
        execute(() -> {
            UserConnect request = new UserConnect(sink);
            sink.onCancel(() -> execute(() -> cancelConnect(request)));
            if (session.isDisconnected()) {
                boolean resume = reconnecting.cancel();
                open(request, resume);
            } else {
                sink.error(new IllegalStateException("the client is connected, or connecting, already"));
            }
        });
    }

    private void cancelConnect(UserConnect request) {
        if (!request.answered && connection != null) {
            CancellationException cancelled = new CancellationException("connect() was cancelled");
            connection.dispose();
            connection = null;
            session.onTransportLost(cancelled, nowNanos);
        }
    }

    void disconnect(Disconnect disconnect, MonoSink<Void> sink) {
        execute(() -> {
            reconnecting.cancel();
            closeSources(new ClientClosedException("the stream of messages"));
            session.disconnect(disconnect, new UserDisconnect(sink), nowNanos);
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
        session.subscribe(List.of(subscription), identifier, request, nowNanos);
    }

    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        session.unsubscribe(List.of(topicFilter), request, nowNanos);
    }

    boolean isSubscribed(TopicName topicName) {
        return session.isSubscribed(topicName);
    }

    void tell(SessionEvent event) {
        run(() -> events.accept(event));
    }

    void tellDropped(TopicFilter topicFilter, long count) {
        tell(new SessionEvent.MessagesDropped(List.of(topicFilter), count));
    }

    void pauseReading(MessageStream stream) {
        if (pausing.add(stream) && pausing.size() == 1 && connection != null && connection.transport != null) {
            connection.transport.readingPaused(true);
        }
    }

    void resumeReading(MessageStream stream) {
        if (!pausing.isEmpty() && pausing.remove(stream) && pausing.isEmpty()) {
            execute(() -> {
                if (pausing.isEmpty() && connection != null && connection.transport != null) {
                    connection.transport.readingPaused(false);
                    session.onReadingResumed(nowNanos);
                }
            });
        }
    }

    private void closeSources(MqttException cause) {
        List.copyOf(publishStreams).forEach(stream -> stream.close(cause));
    }

    // ---- connections

    private void open(EngineRequest request, boolean resume) {
        session.connect(request, resume, nowNanos);
        Connection opening = new Connection();
        connection = opening;
        opening.attempt = connector.connect(loop, opening);
    }

    /** One connection to the Server; once it is not the engine's any more, what it tells means nothing. */
    private final class Connection implements TransportListener {
        private @Nullable Transport transport;
        private @Nullable Disposable attempt;

        @Override
        public void opened(Transport opened) {
            execute(() -> {
                if (connection != this) {
                    opened.close();
                    return;
                }
                transport = opened;
                session.onTransportOpened(nowNanos);
            });
        }

        @Override
        public void packet(Packet packet) {
            if (connection != this) {
                return;
            }
            if (!inTurn) {
                begin(); // until readComplete
            }
            inSession = true;
            session.onPacket(packet, nowNanos);
            inSession = false;
        }

        @Override
        public void malformed(ProtocolViolationException violation) {
            execute(() -> {
                if (connection == this) {
                    session.onMalformed(violation, nowNanos);
                }
            });
        }

        @Override
        public void readComplete() {
            if (inTurn) {
                end();
            }
        }

        @Override
        public void writabilityChanged(boolean writable) {
            execute(() -> {
                if (connection == this) {
                    session.onWritabilityChanged(writable, nowNanos);
                }
            });
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            execute(() -> {
                if (connection == this) {
                    connection = null;
                    session.onTransportLost(cause, nowNanos);
                }
            });
        }

        void dispose() {
            if (transport != null) {
                transport.close();
            } else if (attempt != null) {
                attempt.dispose();
            }
        }
    }

    private static final class UserConnect implements EngineRequest {
        private final MonoSink<ConnAck> sink;
        private boolean answered;

        UserConnect(MonoSink<ConnAck> sink) {
            this.sink = sink;
        }

        @Override
        public void completed(Packet answer) {
            answered = true;
            sink.success((ConnAck) answer);
        }

        @Override
        public void failed(MqttException cause) {
            answered = true;
            sink.error(cause);
        }
    }

    private final class UserDisconnect implements EngineRequest {
        private final MonoSink<Void> sink;

        UserDisconnect(MonoSink<Void> sink) {
            this.sink = sink;
        }

        @Override
        public void completed(Packet answer) {
            router.endAll(null);
            sink.success();
        }

        @Override
        public void failed(MqttException cause) {
            sink.error(cause);
        }
    }

    private final class Reconnect implements EngineRequest {
        @Override
        public void completed(Packet answer) {}

        @Override
        public void failed(MqttException cause) {
            lost(cause);
        }
    }

    /** The connection is gone, and nobody wished so: makes it anew, or gives up. */
    private void lost(MqttException cause) {
        deferred.add(() -> {
            if (reconnecting.worthTrying(cause)) {
                reconnecting.schedule(cause, nowNanos, () -> execute(() -> open(new Reconnect(), true)), this::tell);
            } else {
                tell(new SessionEvent.ReconnectStopped(cause));
                ConnectionLostException told = new ConnectionLostException(
                        "the connection was lost and is not made anew: " + cause.getMessage(),
                        cause.reasonCode(),
                        cause);
                closeSources(told);
                session.giveUp(told, nowNanos);
                router.endAll(told);
            }
        });
    }

    // ---- what the session wants done

    @Override
    public void persist(SessionChange change) {
        throw new IllegalStateException("this session is volatile");
    }

    @Override
    public void send(Packet packet) {
        if (connection != null && connection.transport != null) {
            connection.transport.write(packet);
        }
    }

    @Override
    public void sendNow(Packet packet) {
        send(packet);
    }

    @Override
    public void closeTransport() {
        if (connection != null) {
            connection.dispose();
            connection = null;
        }
    }

    @Override
    public void deliver(Publish publish, @Nullable Delivery delivery) {
        try {
            router.route(publish, delivery);
        } catch (RuntimeException thrown) { // out of a subscriber that breaks the rules of Reactive Streams
            dropped(thrown);
        }
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        EngineFlow engineFlow = (EngineFlow) flow;
        try {
            engineFlow.succeeded(engineFlow.result(answer));
        } catch (RuntimeException thrown) {
            dropped(thrown);
        }
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        run(() -> ((EngineFlow) flow).failed(cause));
    }

    @Override
    public void publishForgotten(OutgoingFlow flow) {
        run(((EngineFlow) flow)::forgotten);
    }

    @Override
    public void complete(Request request, Packet answer) {
        run(() -> ((EngineRequest) request).completed(answer));
    }

    @Override
    public void fail(Request request, MqttException cause) {
        run(() -> ((EngineRequest) request).failed(cause));
    }

    @Override
    public void emit(SessionEvent event) {
        if (event instanceof SessionEvent.Connected connected) {
            reconnecting.connected(nowNanos);
            if (connection != null && connection.transport != null) {
                connection.transport.accepted();
                connection.transport.readingPaused(!pausing.isEmpty());
            }
            if (connected.sessionPresent()) {
                router.forgetWhatComesAgain();
            }
        }
        tell(event);
        if (event instanceof SessionEvent.Disconnected disconnected && disconnected.cause() != null) {
            lost(disconnected.cause());
        }
    }
}
