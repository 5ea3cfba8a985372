package io.reactivemqtt.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * A port of the loopback interface where every connection is refused, and that no other program can take meanwhile.
 *
 * <p>After {@link #close()} a {@link ScriptedServer#start(int)} can take its place.
 */
public final class RefusingPort implements AutoCloseable {

    private final Socket holder = new Socket(); // bound, but nobody listens

    private RefusingPort() throws IOException {
        holder.setReuseAddress(true);
        holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Takes a free port. */
    public static RefusingPort open() {
        try {
            return new RefusingPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the port. */
    public int port() {
        return holder.getLocalPort();
    }

    /** Returns it as {@code mqtt://127.0.0.1:PORT}. */
    public URI uri() {
        return URI.create("mqtt://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
