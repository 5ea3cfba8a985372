package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;
import io.reactivemqtt.reliability.PlainClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is not part of what is tried: a publisher of numbered messages to the Session, and a witness of what it publishes. No fault stands
 * between them and the Server; where that is killed they begin anew, with nothing on its way.
 */
final class Outside implements AutoCloseable {

    private static final String MARK = "mark-";
    private static final int PAUSE_MILLIS = 20;
    private static final int LONGEST_QUEUE = 100;
    private static final long PATIENCE_SECONDS = 30;

    private final URI server;
    private final LongSupplier handled;
    private final List<Received> received = new ArrayList<>();
    private final Map<String, CompletableFuture<Boolean>> marks = new ConcurrentHashMap<>();
    private final Map<Qos, Long> published = new EnumMap<>(Qos.class);
    private final Object turn = new Object();
    private @Nullable PlainClient witness;
    private @Nullable PlainClient publisher;
    private volatile @Nullable Throwable failure;
    private boolean paused = true;
    private volatile boolean closed;
    private int nextMark;

    /**
     * A message that came to the witness.
     *
     * @param qos of its topic
     * @param id its number
     */
    record Received(Qos qos, long id) {}

    /**
     * Connects nothing yet.
     *
     * @param handled how many messages the pods have handled, so that not too many wait
     */
    Outside(URI server, LongSupplier handled) {
        this.server = server;
        this.handled = handled;
        Topics.LEVELS.forEach(qos -> published.put(qos, 0L));
        Thread thread = new Thread(this::publish, "publisher");
        thread.setDaemon(true);
        thread.start();
    }

    /** Connects both and begins to publish, or goes on. */
    void begin() throws IOException {
        join();
        publishOn();
    }

    /** Connects both: from now on nothing is missed. */
    void join() throws IOException {
        PlainClient next = PlainClient.connect(server, "witness");
        for (Qos qos : Topics.LEVELS) {
            next.subscribe(Topics.out(qos));
        }
        witness = next;
        Thread thread = new Thread(() -> watch(next), "witness");
        thread.setDaemon(true);
        thread.start();
        synchronized (turn) {
            publisher = PlainClient.connect(server, "publisher");
        }
    }

    /** Begins to publish, or goes on. */
    void publishOn() {
        synchronized (turn) {
            paused = false;
            turn.notifyAll();
        }
    }

    private void watch(PlainClient client) {
        try {
            while (true) {
                PlainClient.Arrived arrived = client.receive();
                if (arrived.text().startsWith(MARK)) {
                    mark(arrived.text()).complete(true);
                } else {
                    add(new Received(levelOf(arrived.topic()), Long.parseLong(arrived.text())));
                }
            }
        } catch (IOException e) {
            if (client == witness && !closed) {
                failure = e;
            }
        }
    }

    private static Qos levelOf(String topic) {
        return topic.equals(Topics.out(Qos.EXACTLY_ONCE)) ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    }

    private void add(Received message) {
        synchronized (received) {
            received.add(message);
        }
    }

    private CompletableFuture<Boolean> mark(String name) {
        return marks.computeIfAbsent(name, key -> new CompletableFuture<>());
    }

    private void publish() {
        try {
            while (!closed) {
                synchronized (turn) {
                    while (paused || published() - handled.getAsLong() > LONGEST_QUEUE) {
                        turn.wait(PAUSE_MILLIS);
                        if (closed) {
                            return;
                        }
                    }
                    publishOneEach();
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            failure = closed ? null : e;
        }
    }

    private void publishOneEach() throws IOException {
        PlainClient client = publisher;
        if (client == null) {
            throw new IOException("not connected");
        }
        for (Qos qos : Topics.LEVELS) {
            long id = published(qos) + 1;
            client.publish(Topics.in(qos), Long.toString(id));
            published.put(qos, id);
        }
    }

    /** Publishes nothing more until {@link #begin}, and waits until the witness has all that the Server had for it. */
    void pause() throws IOException, InterruptedException {
        synchronized (turn) {
            paused = true;
            PlainClient client = publisher;
            if (client == null) {
                return;
            }
            for (Qos qos : Topics.LEVELS) {
                String name = MARK + nextMark++;
                client.publish(Topics.out(qos), name); // behind all others: the Server keeps the order
                await(name);
            }
        }
    }

    private void await(String name) throws IOException, InterruptedException {
        try {
            mark(name).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the witness did not see all", e);
        }
    }

    /** Leaves; what is published meanwhile nobody sees. */
    void leave() throws IOException {
        PlainClient left = witness;
        witness = null;
        if (left != null) {
            left.close();
        }
        synchronized (turn) {
            if (publisher != null) {
                publisher.close();
                publisher = null;
            }
        }
    }

    /** Returns how many messages the Server has taken over. */
    long published() {
        synchronized (turn) {
            return Topics.LEVELS.stream().mapToLong(this::published).sum();
        }
    }

    long published(Qos qos) {
        synchronized (turn) {
            return published.getOrDefault(qos, 0L);
        }
    }

    int count() {
        synchronized (received) {
            return received.size();
        }
    }

    /** Returns what came, in that order. */
    List<Received> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /** Fails if one of them has failed, which shows nothing about what is tried. */
    void require() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("the witness or the publisher has failed", cause);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        leave();
    }
}
