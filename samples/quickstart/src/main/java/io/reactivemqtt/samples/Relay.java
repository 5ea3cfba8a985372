package io.reactivemqtt.samples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A network that can be cut: passes the bytes of TCP connections on to a Server and back. What is on its way when it is cut is
 * lost, as in a real one. Thread-safe.
 */
final class Relay implements AutoCloseable {

    private static final int MQTT_PORT = 1883;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final String host;
    private final int port;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean down;
    private volatile @Nullable String obstacle;

    private Relay(URI server, ServerSocket entrance) {
        this.host = server.getHost();
        this.port = server.getPort() < 0 ? MQTT_PORT : server.getPort();
        this.entrance = entrance;
    }

    /** Opens one whose other end is {@code server}. */
    static Relay to(URI server) throws IOException {
        Relay relay = new Relay(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        inBackground(relay::accept);
        return relay;
    }

    /** Returns where clients connect to. */
    URI uri() {
        return URI.create("mqtt://localhost:" + entrance.getLocalPort());
    }

    /** Returns why the Server could not be reached, or null if it could. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /** Cuts all connections; new ones do not get through. */
    void goDown() {
        down = true;
        open.forEach(Relay::closeQuietly);
    }

    /** Lets new connections through again. */
    void comeBack() {
        down = false;
    }

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
    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            return; // closed by the other direction, by goDown(), or by the network
        }
    }

    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "relay");
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
