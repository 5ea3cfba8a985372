package io.reactivemqtt.engine;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.engine.connection.ServerConnection;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.UnsubAck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import reactor.core.publisher.MonoSink;

/** What the application asks of the client as a whole. From any thread; the answers come on the loop. */
public final class UserRequests {

    private final Engine engine;

    UserRequests(Engine engine) {
        this.engine = engine;
    }

    /** Connects, unless the client is connected already. */
    public void connect(MonoSink<ConnAck> sink) {
        Consumer<MqttException> failure = cause -> UserCode.run(() -> sink.error(cause));
        engine.turns.execute(() -> engine.door.connect(Waiter.of(
                () -> {
                    engine.keeper.takeOver();
                    engine.keeper.whenOpen(Waiter.of(() -> connectOpen(sink), failure));
                },
                failure)));
    }

    private void connectOpen(MonoSink<ConnAck> sink) {
        if (!engine.gate.session().isDisconnected()) {
            UserCode.run(
                    () -> sink.error(new IllegalStateException("the client is connected, or connecting, already")));
            return;
        }
        ServerConnection connection = engine.connection;
        engine.keeper.used();
        boolean resume = connection.connectWished();
        // who interrupts the wait for a reconnect does not end it by failing
        Connecting request = new Connecting(sink, cause -> {
            if (resume) {
                connection.lost(cause);
            }
        });
        connection.open(request, resume);
        sink.onCancel(() -> engine.turns.execute(() -> cancelConnect(request)));
    }

    private void cancelConnect(Connecting request) {
        if (!request.isAnswered() && engine.connection.cancel(request)) {
            CancellationException cancelled = new CancellationException("connect() was cancelled");
            engine.gate.enter(session -> session.onTransportLost(cancelled, engine.turns.nowNanos()));
        }
    }

    /** Disconnects gracefully, for {@code drainFor} at most. */
    public void disconnect(Disconnect disconnect, Duration drainFor, MonoSink<DrainReport> sink) {
        Turns turns = engine.turns;
        turns.execute(() -> {
            engine.connection.disconnectWished();
            engine.publishing.closeSources(new ClientClosedException("the stream of messages"));
            engine.door.disconnect(new Departure(engine, disconnect, turns.nowNanos() + drainFor.toNanos(), sink));
        });
    }

    /** Ends all subscribers of {@code topicFilter}, and unsubscribes. */
    public void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        engine.subscribing.leave(topicFilter, new Unsubscribing(sink));
    }

    /** {@code connect()}. */
    private static final class Connecting implements EngineRequest {
        private final MonoSink<ConnAck> sink;
        private final Consumer<? super MqttException> onFailure;
        private boolean answered;

        /** Tells {@code onFailure} too. */
        Connecting(MonoSink<ConnAck> sink, Consumer<? super MqttException> onFailure) {
            this.sink = sink;
            this.onFailure = onFailure;
        }

        boolean isAnswered() {
            return answered;
        }

        @Override
        public void completed(Packet answer) {
            answered = true;
            UserCode.run(() -> sink.success((ConnAck) answer));
        }

        @Override
        public void failed(MqttException cause) {
            answered = true;
            onFailure.accept(cause);
            UserCode.run(() -> sink.error(cause));
        }
    }

    /** {@code unsubscribe()}. */
    private static final class Unsubscribing implements EngineRequest {
        private final MonoSink<ReasonCode> sink;

        Unsubscribing(MonoSink<ReasonCode> sink) {
            this.sink = sink;
        }

        @Override
        public void completed(Packet answer) {
            List<ReasonCode> reasonCodes = ((UnsubAck) answer).reasonCodes();
            UserCode.run(() -> sink.success(
                    reasonCodes.isEmpty() ? ReasonCode.SUCCESS : reasonCodes.get(0))); // none in MQTT 3.1.1
        }

        @Override
        public void failed(MqttException cause) {
            UserCode.run(() -> sink.error(cause));
        }
    }
}
