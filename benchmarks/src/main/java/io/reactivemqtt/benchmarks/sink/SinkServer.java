package io.reactivemqtt.benchmarks.sink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Server for benchmarks: one thread, no queues, no objects per message. It acknowledges what it is sent, forgets it, and
 * counts; {@link SinkConnection} says what it does with a subscription.
 *
 * <p>As a program it prints its port, or one for the {@link Transport} that it is told, and then one line for each line that it
 * reads: {@code tally} is answered with what was counted since the last {@code reset}. It ends with its input.
 */
public final class SinkServer implements AutoCloseable {

    private final Selector selector;
    private final ServerSocketChannel server;
    private final Thread thread;
    private final List<Layers> layers = new ArrayList<>();

    private Tally tally = Tally.ZERO;

    private SinkServer() throws IOException {
        this.selector = Selector.open();
        this.server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        this.thread = new Thread(this::run, "sink");
        thread.setDaemon(true);
    }

    /** Starts one on a free port of the loopback interface. */
    public static SinkServer start() throws IOException {
        SinkServer sink = new SinkServer();
        sink.thread.start();
        return sink;
    }

    /** Runs one until the input ends. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (SinkServer sink = start();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            out.println(
                    arguments.length == 0
                            ? sink.port()
                            : sink.listen(Transport.named(arguments[0]), Path.of(arguments[1])));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("reset")) {
                    sink.reset();
                }
                out.println(sink.tally());
            }
        }
    }

    /**
     * Listens on a port for one more transport, and returns it.
     *
     * @param keyStore that of a {@link SinkCertificate}; not read without TLS
     */
    public int listen(Transport transport, Path keyStore) throws Exception {
        Layers added = new Layers(this, transport, keyStore);
        layers.add(added);
        return added.port();
    }

    /** Returns where it listens. */
    public int port() {
        return server.socket().getLocalPort();
    }

    /** Returns what was counted since the last {@link #reset}. */
    public synchronized Tally tally() {
        return tally;
    }

    /** Counts from zero; only while no message is on its way. */
    public synchronized void reset() {
        tally = Tally.ZERO;
    }

    /** Once for each time that a connection is looked at, not for each message. */
    synchronized void count(int publishes, int pushed, int acknowledged, int violations) {
        tally = tally.plus(new Tally(publishes, pushed, acknowledged, violations));
    }

    private void run() {
        try {
            while (server.isOpen()) {
                selector.select(this::handle);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the sink has failed", e);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else if (key.attachment() instanceof SinkConnection connection) {
                boolean allLeft = connection.onReady(key.isWritable(), key.isReadable());
                key.interestOps(allLeft ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
            }
        } catch (IOException e) { // a client that goes without a word
            close(key);
        } catch (RuntimeException e) { // a client that says what no benchmark says; the others go on
            e.printStackTrace();
            close(key);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new SinkConnection(this, channel));
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            key.cancel();
        }
    }

    @Override
    public void close() throws IOException {
        layers.forEach(Layers::close);
        server.close();
        selector.wakeup();
    }
}
