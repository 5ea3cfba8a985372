package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.samples.cli.terminal.Interruption;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** One client from its connection to its DISCONNECT, which comes whatever happens, Ctrl-C too. */
final class ClientRun {

    /** The client gives itself less. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Terminal terminal;
    private final ConnectionOptions connection;
    private final ReconnectPolicy reconnect;
    private final Consumer<ClientEvent> listener;

    /** Tells events to {@code listener}, which may block. */
    ClientRun(
            Terminal terminal,
            ConnectionOptions connection,
            ReconnectPolicy reconnect,
            Consumer<ClientEvent> listener) {
        this.terminal = terminal;
        this.connection = connection;
        this.reconnect = reconnect;
        this.listener = listener;
    }

    /**
     * Does {@code work} with a client that is connected, and disconnects it.
     *
     * @return whether it came to its end by itself; false: it was interrupted
     * @throws MqttException if it failed
     * @throws IOException if the Server cannot be reached, or the password cannot be read
     */
    boolean run(Function<ReactorMqttClient, Mono<Void>> work) throws IOException {
        try (SqliteSessionStore store = connection.openStore()) {
            run(client(store), work);
        }
        return !terminal.interruption().isRequested();
    }

    private ReactorMqttClient client(@Nullable SqliteSessionStore store) throws IOException {
        try {
            return ReactorMqttClient.create(options -> {
                options.reconnect(reconnect);
                if (store != null) {
                    options.sessionStore(store);
                }
                try {
                    connection.apply(options, terminal);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private void run(ReactorMqttClient client, Function<ReactorMqttClient, Mono<Void>> work) throws IOException {
        Interruption interruption = terminal.interruption();
        interruption.workBegins();
        Disposable.Composite attached = Disposables.composite();
        Sinks.Empty<Void> disconnected = Sinks.empty();
        Mono<Void> everythingTold = client.events()
                .takeUntilOther(disconnected.asMono())
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(this::tell)
                .then()
                .cache();
        attached.add(everythingTold.subscribe());
        // disconnecting ends the work; to cancel it would also unsubscribe what the Session is to keep
        attached.add(
                interruption.requested().then(Mono.defer(client::disconnect)).subscribe());
        Mono<Void> working = Mono.defer(() -> work.apply(client))
                .takeUntilOther(lossOf(client))
                .cache();
        try {
            String sessionOfServer = connection.sessionOfServer();
            if (sessionOfServer != null) { // whose messages may come before any answer
                client.restoreSession(sessionOfServer).block();
                attached.add(working.onErrorComplete().subscribe());
            }
            connect(client);
            working.block();
        } catch (MqttException failure) {
            if (!interruption.isRequested()) {
                throw failure;
            }
        } finally {
            client.disconnect().block(PATIENCE);
            disconnected.tryEmitEmpty();
            everythingTold.block(PATIENCE);
            attached.dispose();
        }
    }

    private void tell(ClientEvent event) {
        if (connection.debug()) {
            terminal.err().println(event);
        }
        listener.accept(event);
    }

    private void connect(ReactorMqttClient client) throws IOException {
        try {
            client.connect().block();
        } catch (ConnectFailedException failure) {
            if (terminal.interruption().isRequested()) {
                throw failure;
            }
            URI server = ServerUri.shown(connection.server());
            throw new IOException("cannot connect to " + server + ": " + obstacle(failure, server), failure);
        }
    }

    /** Netty's words name addresses that nobody typed. */
    private static String obstacle(ConnectFailedException failure, URI server) {
        Throwable cause = failure.getCause();
        if (cause instanceof UnknownHostException) {
            return "unknown host " + server.getHost();
        }
        String words = cause == null ? null : cause.getMessage();
        if (failure.phase() != Phase.PROXY && words != null && words.contains("Connection refused")) {
            return "Connection refused";
        }
        String prefix = "could not connect to " + server + ": ";
        String told = Complaint.words(failure);
        return told.startsWith(prefix) ? told.substring(prefix.length()) : told;
    }

    /** Fails when a lost connection will not be re-established: messages alone would wait for the next one. */
    private static Mono<Void> lossOf(ReactorMqttClient client) {
        return client.events()
                .ofType(ClientEvent.ReconnectStopped.class)
                .next()
                .flatMap(stopped -> Mono.error(stopped.cause()));
    }
}
