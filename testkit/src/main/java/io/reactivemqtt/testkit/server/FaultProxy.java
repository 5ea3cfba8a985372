package io.reactivemqtt.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A network between clients and a Server that breaks when a test, or a demonstration, wants it to: it passes the bytes of TCP
 * connections on, and back. What is on its way when a connection is cut is lost, as in a real network. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int MQTT_PORT = 1883;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 8_192;

    private final String scheme;
    private final String host;
    private final int port;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesUntilCut = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong cuts = new AtomicLong();
    private volatile boolean down;
    private volatile @Nullable String obstacle;

    private FaultProxy(URI server, ServerSocket entrance) {
        this.scheme = server.getScheme();
        this.host = server.getHost();
        this.port = server.getPort() < 0 ? MQTT_PORT : server.getPort();
        this.entrance = entrance;
    }

    /**
     * Opens one on the loopback interface, whose other end is {@code server}.
     *
     * @param server such as {@code mqtt://host:port}; looked up for each connection
     */
    public static FaultProxy to(URI server) {
        try {
            FaultProxy proxy = new FaultProxy(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            proxy.inBackground(proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns where clients connect to, with the scheme of the Server. */
    public URI uri() {
        return URI.create(scheme + "://localhost:" + entrance.getLocalPort());
    }

    /** Returns why the Server could not be reached by the last connection, or null if it could. */
    public @Nullable String obstacle() {
        return obstacle;
    }

    /** Cuts all connections, by a reset, once {@code bytes} more would have passed, whichever way; then bytes pass again. */
    public void cutAfter(long bytes) {
        bytesUntilCut.set(bytes);
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
        closeQuietly(entrance);
    }

    private void accept() {
        try {
            while (true) {
                Socket near = entrance.accept();
                open.add(near); // first, so that one or the other sees it: goDown(), or the look at "down"
                inBackground(() -> pass(near));
            }
        } catch (IOException closed) {
            goDown();
        }
    }

    private void pass(Socket near) {
        try (Socket far = new Socket()) {
            if (!down && reach(far)) {
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                inBackground(() -> copy(far, near));
                copy(near, far);
            }
        } catch (IOException broken) {
            return; // as any network may be
        } finally {
            closeQuietly(near);
            open.remove(near);
        }
    }

    private boolean reach(Socket far) {
        try {
            far.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MILLIS);
            obstacle = null;
            return true;
        } catch (UnknownHostException e) {
            obstacle = "unknown host " + host;
        } catch (IOException e) {
            obstacle = e.getMessage();
        }
        return false;
    }

    /** Copies until one side is closed, and then closes both. */
    private void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (bytesUntilCut.addAndGet(-count) < 0) {
                    bytesUntilCut.set(Long.MAX_VALUE);
                    cut();
                    return;
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException broken) {
            return; // closed by the other direction, by a cut, or by the network
        }
    }

    private void cut() throws IOException {
        cuts.incrementAndGet();
        for (Socket near : open) {
            near.setSoLinger(true, 0); // a reset, so that nothing more arrives
            near.close();
        }
    }

    private void inBackground(Runnable work) {
        Thread thread = new Thread(work, "mqtt-fault-proxy " + entrance.getLocalPort());
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
