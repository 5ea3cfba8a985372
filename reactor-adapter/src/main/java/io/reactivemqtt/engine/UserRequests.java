package io.reactivemqtt.engine;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.engine.connection.Callers;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.subscribe.UnsubscribeAnswer;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/** What the application asks of the client as a whole. From any thread; the answers come on the loop. */
public final class UserRequests {

    private final Engine engine;

    UserRequests(Engine engine) {
        this.engine = engine;
    }

    /** Connects, or waits with others for an attempt that is under way; answers at once if the client is connected. */
    public void connect(MonoSink<ConnectResult> sink) {
        Connecting caller = new Connecting(sink);
        Waiter open = Waiter.of(() -> connectOpen(caller), cause -> unavailable(caller, cause));
        engine.turns.execute(() -> engine.door.connect(Waiter.of(
                () -> {
                    if (!caller.gone) {
                        engine.keeper.takeOver();
                        engine.connecting.connectWished();
                        engine.keeper.whenOpen(open);
                    }
                },
                caller::failed)));
        sink.onCancel(() -> engine.turns.execute(() -> {
            caller.gone = true;
            engine.connecting.forget(caller, open);
        }));
    }

    private void connectOpen(Connecting caller) {
        if (!caller.gone) {
            engine.connecting.connect(caller);
        }
    }

    private void unavailable(Connecting caller, MqttException cause) {
        if (!caller.gone) {
            engine.connecting.unavailable(caller, cause);
        }
    }

    /** Authenticates the connection anew. */
    public void reauthenticate(MonoSink<Void> sink) {
        engine.turns.execute(() -> engine.connecting.reauthenticate(new Reauthenticating(sink)));
    }

    /** Returns what the client is doing; any thread. */
    public ClientState state() {
        return engine.state.now();
    }

    /** Returns what the client has done so far, and has on its way; any thread. */
    public ClientStatistics statistics() {
        return engine.keeper.counters().statistics();
    }

    /** Tells {@code listener}, on the loop, what the client is doing, and from then on each change. */
    public void listen(Consumer<? super ClientState> listener) {
        engine.turns.execute(() -> engine.state.listen(listener));
    }

    /** Tells {@code listener} no more. */
    public void forget(Consumer<? super ClientState> listener) {
        engine.turns.execute(() -> engine.state.forget(listener));
    }

    /** Runs {@code task} on the loop. */
    public void inTurn(Runnable task) {
        engine.turns.execute(() -> UserCode.run(task));
    }

    /** Runs {@code task} on the loop, when what is happening there has happened. */
    public void inLaterTurn(Runnable task) {
        engine.turns.executeLater(() -> UserCode.run(task));
    }

    /** Runs {@code task} on the loop, after {@code delay}. */
    public Disposable schedule(Runnable task, Duration delay) {
        return engine.turns.schedule(() -> UserCode.run(task), Turns.nanos(delay));
    }

    /** Returns the time of the turn. Loop only. */
    public long nowNanos() {
        return engine.turns.nowNanos();
    }

    /** Returns what is connected, or null if nothing is. Loop only. */
    public @Nullable ConnectResult connection() {
        return engine.gate.session().isConnected() ? engine.connection.result() : null;
    }

    /** Returns the Client Identifier of the connection; empty if it has none. Loop only. */
    public String clientIdentifier() {
        return engine.gate.session().clientIdentifier();
    }

    /** Disconnects gracefully, for {@code drainFor} at most. */
    public void disconnect(Disconnect disconnect, Duration drainFor, MonoSink<DrainReport> sink) {
        Turns turns = engine.turns;
        turns.execute(() -> {
            engine.connecting.disconnectWished();
            engine.publishing.closeSources(new ClientClosedException("the stream of messages"));
            engine.door.disconnect(new Departure(engine, disconnect, turns.nowNanos() + Turns.nanos(drainFor), sink));
        });
    }

    /** Ends all subscribers of {@code topicFilter}, and unsubscribes. */
    public void unsubscribe(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        engine.subscribing.leave(topicFilter, new UnsubscribeAnswer(sink));
    }

    /** {@code connect()}. */
    private static final class Connecting implements Callers.Caller {
        private final MonoSink<ConnectResult> sink;

        /** Whether it was cancelled, perhaps before it could begin. */
        private boolean gone;

        Connecting(MonoSink<ConnectResult> sink) {
            this.sink = sink;
        }

        @Override
        public void connected(ConnectResult result) {
            UserCode.run(() -> sink.success(result));
        }

        @Override
        public void failed(MqttException cause) {
            UserCode.run(() -> sink.error(cause));
        }
    }

    /** {@code reauthenticate()}. */
    private static final class Reauthenticating implements EngineRequest {
        private final MonoSink<Void> sink;

        Reauthenticating(MonoSink<Void> sink) {
            this.sink = sink;
        }

        @Override
        public void completed(Packet answer) {
            UserCode.run(sink::success);
        }

        @Override
        public void failed(MqttException cause) {
            UserCode.run(() -> sink.error(cause));
        }
    }
}
