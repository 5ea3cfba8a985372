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
 * is done with it.
 */
final class Engine implements Outputs, Turns.Work {

    private final Loop loop;
    private final Turns turns;
    private final Session session;
    private final Router router = new Router(this);
    private final Reconnecting reconnecting;
    private final Connector connector;
    private final Consumer<SessionEvent> events;

    // ---- loop only
    private final ArrayDeque<ReceivedMessage> taken = new ArrayDeque<>();
    private final ArrayDeque<PublishStream> publishStreams = new ArrayDeque<>();
    private final Set<MessageStream> pausing = new HashSet<>();
    private boolean inSession;
    private boolean disconnectWished;
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
        this.turns = new Turns(loop, this);
        this.connector = connector;
        this.reconnecting = reconnecting;
        this.events = events;
        PacketEncoder encoder = new PacketEncoder(options.connect().protocolVersion());
        this.session = new Session(options.connect(), this, false, encoder::encodedLength);
    }

    // ---- turns

    /** Runs {@code task} in a turn: now if that can be, soon otherwise. From any thread. */
    void execute(Runnable task) {
        turns.execute(task);
    }

    @Override
    public boolean round() {
        for (ReceivedMessage message = taken.poll(); message != null; message = taken.poll()) {
            acknowledgeNow(message);
        }
        return askSources() || !taken.isEmpty();
    }

    @Override
    public void ended() {
        if (connection != null && connection.transport != null) {
            connection.transport.flush();
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
        try {
            session.onTime(turns.nowNanos());
        } finally {
            inSession = false;
        }
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
        inSession = true;
        try {
            session.publish(flow, turns.nowNanos());
        } finally {
            inSession = false;
        }
    }

    void withdraw(EngineFlow flow) {
        execute(() -> inSession(() -> session.withdraw(flow, turns.nowNanos())));
    }

    /** In a turn: withdraws all messages of {@code stream}. */
    void withdrawAll(PublishStream stream) {
        inSession(() -> session.withdrawIf(
                flow -> flow instanceof StreamFlow streamFlow && streamFlow.stream == stream, turns.nowNanos()));
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
                session.acknowledge(delivery, message.reasonCode, turns.nowNanos());
            } finally {
                inSession = false;
            }
        }
    }

    void handBack(ReceivedMessage message) {
        execute(() -> router.hold(message));
    }

    void join(MessageStream stream) {
        execute(() -> router.join(stream));
    }

    void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        execute(() -> router.unsubscribe(topicFilter, new UserRequests.Unsubscribing(sink)));
    }

    void connect(MonoSink<ConnAck> sink) {
        execute(() -> {
            if (!session.isDisconnected()) {
                sink.error(new IllegalStateException("the client is connected, or connecting, already"));
                return;
            }
            disconnectWished = false;
            boolean resume = reconnecting.cancel();
            // who interrupts the wait for a reconnect does not end it by failing
            UserRequests.Connecting request = new UserRequests.Connecting(sink, cause -> {
                if (resume) {
                    lost(cause);
                }
            });
            open(request, resume);
            Connection opened = connection;
            sink.onCancel(() -> execute(() -> cancelConnect(request, opened)));
        });
    }

    private void cancelConnect(UserRequests.Connecting request, @Nullable Connection opened) {
        if (!request.isAnswered() && opened != null && connection == opened) {
            opened.dispose();
            connection = null;
            CancellationException cancelled = new CancellationException("connect() was cancelled");
            inSession(() -> session.onTransportLost(cancelled, turns.nowNanos()));
        }
    }

    void disconnect(Disconnect disconnect, MonoSink<Void> sink) {
        execute(() -> {
            disconnectWished = true;
            reconnecting.cancel();
            closeSources(new ClientClosedException("the stream of messages"));
            UserRequests.Disconnecting request = new UserRequests.Disconnecting(router, sink);
            inSession(() -> session.disconnect(disconnect, request, turns.nowNanos()));
        });
    }

    /** Calls the session; what comes out of it must not call it back, so callers wait until this is over. */
    private void inSession(Runnable call) {
        boolean outer = inSession;
        inSession = true;
        try {
            call.run();
        } finally {
            inSession = outer;
        }
    }

    // ---- in a turn, for the router and the streams

    Router router() {
        return router;
    }

    ArrayDeque<PublishStream> publishStreams() {
        return publishStreams;
    }

    void subscribe(Subscription subscription, int identifier, EngineRequest request) {
        inSession(() -> session.subscribe(List.of(subscription), identifier, request, turns.nowNanos()));
    }

    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        inSession(() -> session.unsubscribe(List.of(topicFilter), request, turns.nowNanos()));
    }

    boolean isSubscribed(TopicName topicName) {
        return session.isSubscribed(topicName);
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
        if (connection != null && connection.transport != null) {
            boolean paused = !pausing.isEmpty();
            connection.transport.readingPaused(paused);
            if (paused) {
                session.onReadingPaused(turns.nowNanos());
            } else {
                session.onReadingResumed(turns.nowNanos());
            }
        }
    }

    private void closeSources(MqttException cause) {
        List.copyOf(publishStreams).forEach(stream -> stream.close(cause));
    }

    // ---- connections

    private void open(EngineRequest request, boolean resume) {
        session.connect(request, resume, turns.nowNanos());
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
                inSession(() -> session.onTransportOpened(turns.nowNanos()));
            });
        }

        @Override
        public void packet(Packet packet) {
            if (connection != this) {
                return;
            }
            turns.begin(); // until readComplete
            inSession = true;
            try {
                session.onPacket(packet, turns.nowNanos());
            } finally {
                inSession = false;
            }
        }

        @Override
        public void malformed(ProtocolViolationException violation) {
            execute(() -> {
                if (connection == this) {
                    inSession(() -> session.onMalformed(violation, turns.nowNanos()));
                }
            });
        }

        @Override
        public void readComplete() {
            turns.end();
        }

        @Override
        public void writabilityChanged(boolean writable) {
            if (connection == this && !writable) {
                session.onWritabilityChanged(
                        false, turns.nowNanos()); // at once: in the middle of a burst; nothing comes out
            } else if (writable) {
                execute(() -> {
                    if (connection == this) {
                        inSession(() -> session.onWritabilityChanged(true, turns.nowNanos()));
                    }
                });
            }
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            execute(() -> {
                if (connection == this) {
                    connection = null;
                    inSession(() -> session.onTransportLost(cause, turns.nowNanos()));
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
        turns.defer(() -> {
            if (disconnectWished) {
                return; // it ended while it was being ended
            }
            if (reconnecting.worthTrying(cause)) {
                reconnecting.schedule(
                        cause, turns.nowNanos(), () -> execute(() -> open(new Reconnect(), true)), this::tell);
            } else {
                tell(new SessionEvent.ReconnectStopped(cause));
                ConnectionLostException told = new ConnectionLostException(
                        "the connection was lost and is not made anew: " + cause.getMessage(),
                        cause.reasonCode(),
                        cause);
                closeSources(told);
                inSession(() -> session.giveUp(told, turns.nowNanos()));
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
        Turns.run(() -> ((EngineRequest) request).completed(answer));
    }

    @Override
    public void fail(Request request, MqttException cause) {
        Turns.run(() -> ((EngineRequest) request).failed(cause));
    }

    @Override
    public void emit(SessionEvent event) {
        if (event instanceof SessionEvent.Connected connected) {
            reconnecting.connected(turns.nowNanos());
            if (connection != null && connection.transport != null) {
                connection.transport.accepted();
                if (!pausing.isEmpty()) {
                    turns.defer(this::readOrPause);
                }
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
