package io.reactivemqtt.testkit.server;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** {@link ServerKind#ARTEMIS}: one {@link EmbeddedServer} after the other on one port. */
final class ArtemisServer implements RunningServer {

    private final ServerSetup setup;
    private final int port;
    private final String name;
    private @Nullable EmbeddedServer current;

    @SuppressWarnings("MustBeClosedChecker")
    ArtemisServer(ServerSetup setup) {
        this.setup = setup;
        EmbeddedServer first = EmbeddedServer.start(0, setup);
        this.port = first.port();
        this.name = "artemis " + first.version();
        this.current = first;
    }

    @Override
    public URI uri() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized void start() {
        if (current == null) {
            current = EmbeddedServer.start(port, setup);
        }
    }

    @Override
    public synchronized void stop() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    @Override
    public synchronized void kill() {
        if (current != null) {
            current.dropConnections(); // before it can say DISCONNECT
            stop();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
