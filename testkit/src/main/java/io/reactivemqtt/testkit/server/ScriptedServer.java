package io.reactivemqtt.testkit.server;

import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An MQTT Server that does nothing but what a test tells it to, over real TCP on the loopback interface.
 *
 * <p>The test speaks from its own thread and in order: what it expects blocks until it comes, {@linkplain #start() ten seconds}
 * at most, and what comes instead fails with an {@link AssertionError} that shows the whole conversation. A connection that
 * nobody scripts is accepted and never answered.
 *
 * <pre>{@code
 * try (ScriptedServer server = ScriptedServer.start()) {
 *     client.connect(server.uri());
 *     ScriptedConnection connection = server.accept();
 *     connection.expect(Connect.class);
 *     connection.send(ConnAck.accepted(false));
 *     connection.expect(PingReq.INSTANCE);
 *     connection.reset();
 * }
 * }</pre>
 */
public final class ScriptedServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Duration patience;
    private final LinkedBlockingQueue<ScriptedConnection> accepted = new LinkedBlockingQueue<>();
    private final Listener listener;

    private ScriptedServer(int port, Duration patience) {
        this.patience = patience;
        this.listener = new Listener(port, channel -> {
            ScriptedConnection connection = new ScriptedConnection(channel, patience);
            accepted.add(connection);
            return connection.handler();
        });
    }

    /** Starts one on a free port; whatever a test expects of it must come within ten seconds. */
    public static ScriptedServer start() {
        return new ScriptedServer(0, PATIENCE);
    }

    /**
     * Starts one on a port that the test knows: that of a Server that was there before, or of a {@link RefusingPort}.
     *
     * @param port 1 to 65,535
     * @throws IllegalStateException if the port cannot be had
     */
    public static ScriptedServer start(int port) {
        return new ScriptedServer(port, PATIENCE);
    }

    /** Starts one on a free port; whatever a test expects of it must come within {@code patience}. */
    public static ScriptedServer start(Duration patience) {
        return new ScriptedServer(0, patience);
    }

    /** Returns where it listens, as {@code mqtt://127.0.0.1:PORT}. */
    public URI uri() {
        return listener.uri();
    }

    /** Returns the port that it listens on. */
    public int port() {
        return listener.port();
    }

    /**
     * Waits for the next connection that a client opens, in the order of their coming.
     *
     * @throws AssertionError if none comes in time
     */
    public ScriptedConnection accept() {
        ScriptedConnection next = Waiting.until(() -> accepted.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        if (next == null) {
            throw new AssertionError("Expected a connection, but within " + patience + " nobody opened one.");
        }
        return next;
    }

    /**
     * Waits for the next connection and its CONNECT, and accepts it.
     *
     * @throws AssertionError if none comes in time
     */
    public ScriptedConnection acceptAndConnect(boolean sessionPresent) {
        ScriptedConnection connection = accept();
        connection.expect(Connect.class);
        connection.send(ConnAck.accepted(sessionPresent));
        return connection;
    }

    /**
     * Waits for all of {@code duration}, in which no client may open a connection.
     *
     * @throws AssertionError if one does
     */
    public void expectNoConnection(Duration duration) {
        if (Waiting.until(() -> accepted.poll(duration.toMillis(), TimeUnit.MILLISECONDS)) != null) {
            throw new AssertionError("Expected no connection for " + duration + ", but a client opened one.");
        }
    }

    /** Closes the port and every connection; clients see the end of the stream. */
    @Override
    public void close() {
        listener.close();
    }
}
