package io.reactivemqtt.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A network between clients and a Server that breaks when a test, or a demonstration, wants it to: it passes the bytes of TCP
 * connections on, and back. What is on its way when a connection is cut is lost, as in a real network. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    /** Which way bytes go. */
    public enum Direction {
        /** From clients to the Server. */
        TO_SERVER,
        /** From the Server to clients. */
        TO_CLIENT
    }

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("mqtt", 1883, "mqtts", 8883, "ws", 80, "wss", 443);
    private static final String UNIX = "mqtt+unix";
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 8_192;
    private static final int ACCEPTED_AHEAD = 50;

    private final URI server;
    private final URI uri;
    private final ServerSocketChannel entrance;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesUntilCut = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong cuts = new AtomicLong();
    private final Line toServer = new Line();
    private final Line toClient = new Line();
    private volatile boolean down;
    private volatile @Nullable String obstacle;

    private FaultProxy(URI server) throws IOException {
        this.server = server;
        if (isUnix(server)) {
            Path socket = TemporaryDirectory.create("fault-proxy-").resolve("socket");
            this.entrance = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(socket), ACCEPTED_AHEAD);
            this.uri = URI.create(UNIX + "://" + socket);
        } else {
            this.entrance = ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ACCEPTED_AHEAD);
            String path = server.getRawPath() == null ? "" : server.getRawPath();
            this.uri = URI.create(
                    server.getScheme() + "://localhost:" + entrance.socket().getLocalPort() + path);
        }
    }

    private static boolean isUnix(URI server) {
        return server.getScheme().equals(UNIX);
    }

    /**
     * Opens one on the loopback interface, whose other end is {@code server}; one for a Unix domain socket has such a socket itself.
     *
     * @param server such as {@code mqtt://host:port}; looked up for each connection
     */
    public static FaultProxy to(URI server) {
        try {
            FaultProxy proxy = new FaultProxy(server);
            proxy.inBackground(proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns where clients connect to, with the scheme and the path of the Server. */
    public URI uri() {
        return uri;
    }

    /** Returns why the Server could not be reached by the last connection, or null if it could. */
    public @Nullable String obstacle() {
        return obstacle;
    }

    /** Cuts all connections, by a reset, once {@code bytes} more would have passed, whichever way; then bytes pass again. */
    public void cutAfter(long bytes) {
        bytesUntilCut.set(bytes);
    }

    /**
     * Cuts all connections, by a reset, right behind the next {@code bytes} that pass in {@code direction}; then bytes pass again.
     *
     * @param bytes from 1
     */
    public void cutAfter(Direction direction, long bytes) {
        line(direction).endAfter(bytes, Line.End.RESET);
    }

    /**
     * Ends all connections in good order, as a Server does that closes (FIN), right behind the next {@code bytes} that pass in {@code
     * direction}; then bytes pass again.
     *
     * @param bytes from 1
     */
    public void endAfter(Direction direction, long bytes) {
        line(direction).endAfter(bytes, Line.End.FINISH);
    }

    /** Flips a bit of the byte behind the next {@code bytes} that pass in {@code direction}. */
    public void flipBitAfter(Direction direction, long bytes) {
        line(direction).flipAfter(bytes);
    }

    /** Holds what is on its way in {@code direction}, or lets it go on; connections stay open. */
    public void stall(Direction direction, boolean stalled) {
        line(direction).stall(stalled);
    }

    /** Lets all bytes vanish, or no more of them; connections stay open, and neither side learns of it. */
    public void blackHole(boolean swallows) {
        toServer.swallow(swallows);
        toClient.swallow(swallows);
    }

    /**
     * Passes bytes on in pieces.
     *
     * @param bytes of a piece at most, from 1
     */
    public void segments(int bytes) {
        toServer.segments(bytes);
        toClient.segments(bytes);
    }

    /**
     * Bounds the rate of each direction.
     *
     * @param bytesPerSecond from 1; {@link Long#MAX_VALUE}: no bound
     */
    public void throttle(long bytesPerSecond) {
        toServer.throttle(bytesPerSecond);
        toClient.throttle(bytesPerSecond);
    }

    /** Returns how many bytes have passed, or vanished, in {@code direction}, over all connections. */
    public long passed(Direction direction) {
        return line(direction).passed();
    }

    private Line line(Direction direction) {
        return direction == Direction.TO_SERVER ? toServer : toClient;
    }

    /** Returns how often connections were cut by {@link #cutAfter}. */
    public long cuts() {
        return cuts.get();
    }

    /** Cuts all connections; new ones do not get through. */
    public void goDown() {
        down = true;
        open.forEach(FaultProxy::closeQuietly);
    }

    /** Lets new connections through again. */
    public void comeBack() {
        down = false;
    }

    /** Cuts all connections, and takes no more. */
    @Override
    public void close() {
        goDown();
        toServer.stall(false);
        toClient.stall(false);
        closeQuietly(entrance);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel near = entrance.accept();
                open.add(near); // first, so that one or the other sees it: goDown(), or the look at "down"
                inBackground(() -> pass(near));
            }
        } catch (IOException closed) {
            goDown();
        }
    }

    private void pass(SocketChannel near) {
        try (SocketChannel far =
                isUnix(server) ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
            if (!down && reach(far)) {
                inBackground(() -> copy(far, near, toClient));
                copy(near, far, toServer);
            }
        } catch (IOException broken) {
            return; // as any network may be
        } finally {
            closeQuietly(near);
            open.remove(near);
        }
    }

    private boolean reach(SocketChannel far) {
        try {
            if (isUnix(server)) {
                far.connect(UnixDomainSocketAddress.of(server.getPath()));
            } else {
                int port = server.getPort() < 0 ? DEFAULT_PORTS.getOrDefault(server.getScheme(), 0) : server.getPort();
                far.socket().connect(new InetSocketAddress(server.getHost(), port), CONNECT_TIMEOUT_MILLIS);
            }
            obstacle = null;
            return true;
        } catch (UnknownHostException e) {
            obstacle = "unknown host " + server.getHost();
        } catch (IOException e) {
            obstacle = e.getMessage();
        }
        return false;
    }

    /** Copies until one side is closed, and then closes both. */
    private void copy(SocketChannel from, SocketChannel to, Line line) {
        try (from;
                to) {
            if (!isUnix(server)) {
                to.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                if (bytesUntilCut.addAndGet(-count) < 0) {
                    bytesUntilCut.set(Long.MAX_VALUE);
                    cut();
                    return;
                }
                if (!line.pass(buffer.flip(), to)) {
                    if (line.end() == Line.End.RESET) {
                        cut();
                    }
                    return;
                }
                buffer.clear();
            }
        } catch (IOException broken) {
            return; // closed by the other direction, by a cut, or by the network
        }
    }

    private void cut() throws IOException {
        cuts.incrementAndGet();
        for (SocketChannel near : open) {
            if (!isUnix(server)) {
                near.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset, so that nothing more arrives
            }
            near.close();
        }
    }

    private void inBackground(Runnable work) {
        Thread thread = new Thread(work, "mqtt-fault-proxy " + uri);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            return; // closed is closed
        }
    }
}
