package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the client is doing, for any thread, and who hears of each change. Changed on the loop only. */
public final class StateBoard {

    private final Loop loop;
    private volatile ClientState now;
    private @Nullable ClientState beforeStandingBy;
    private List<Consumer<? super ClientState>> listeners = List.of(); // idle clients come in thousands

    /** Begins with {@link Status#NEW}, and the Server that is tried first. */
    public StateBoard(Loop loop, URI server) {
        this.loop = loop;
        this.now = state(Status.NEW, 0, null, ServerUri.shown(server));
    }

    /** Returns what the client is doing; any thread. */
    public ClientState now() {
        return now;
    }

    /** Tells {@code listener} what the client is doing, and from then on each change. */
    public void listen(Consumer<? super ClientState> listener) {
        listeners = CopiedLists.with(listeners, listener);
        listener.accept(now);
    }

    /** Tells {@code listener} no more. */
    public void forget(Consumer<? super ClientState> listener) {
        listeners = CopiedLists.without(listeners, listener);
    }

    /** The Session may be another's, and this client waits for its turn; or does so no more, and is what it was before. */
    void standsBy(boolean waits) {
        boolean waited = now.status() == Status.STANDING_BY;
        ClientState earlier = beforeStandingBy;
        if (waits) {
            beforeStandingBy = waited ? earlier : now;
            set(Status.STANDING_BY, 0, null, now.server());
        } else if (waited && earlier != null) {
            set(earlier.status(), earlier.attempt(), earlier.cause(), earlier.server());
        }
    }

    void connecting(int attempt, @Nullable MqttException cause, URI server) {
        set(Status.CONNECTING, attempt, cause, server);
    }

    void connected() {
        set(Status.CONNECTED, 0, null, now.server());
    }

    void waiting(int attempt, MqttException cause) {
        set(Status.WAITING, attempt, cause, now.server());
    }

    /** Nothing will be tried any more. */
    void stopped(MqttException cause) {
        set(Status.STOPPED, 0, cause, now.server());
    }

    /** The application has disconnected. */
    public void closed() {
        set(Status.CLOSED, 0, null, now.server());
    }

    private void set(Status status, int attempt, @Nullable MqttException cause, URI server) {
        ClientState changed = state(status, attempt, cause, server);
        now = changed;
        for (Consumer<? super ClientState> listener : listeners) {
            UserCode.run(() -> listener.accept(changed));
        }
    }

    private ClientState state(Status status, int attempt, @Nullable MqttException cause, URI server) {
        return new ClientState(status, Instant.ofEpochMilli(loop.epochMillis()), attempt, cause, server);
    }
}
