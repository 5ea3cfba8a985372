package io.reactivemqtt.reliability;

import java.io.IOException;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A publisher that never stops, and knows what the Server has taken over for the killed receivers. */
final class ReceiverTruth implements Truth {

    private static final int LONGEST_PAUSE_MILLIS = 5;
    private static final int LONGEST_QUEUE = 300;
    private static final long POLL_MILLIS = 10;
    private static final int POLLS_WITHOUT_PROGRESS = 1_000;

    private final Cell cell;
    private final Effects effects;
    private final PlainClient client;
    private final Random random;
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile long published;

    private ReceiverTruth(Cell cell, Effects effects, PlainClient client, long seed) {
        this.cell = cell;
        this.effects = effects;
        this.client = client;
        this.random = new Random(seed);
    }

    /** Takes {@code effects}, which it closes at its end. */
    static ReceiverTruth start(URI server, Cell cell, Effects effects, long seed) throws IOException {
        try {
            return new ReceiverTruth(cell, effects, PlainClient.connect(server, "publisher-" + cell.name()), seed);
        } catch (IOException e) {
            effects.close();
            throw e;
        }
    }

    @Override
    public void begin() {
        Thread thread = new Thread(this::publish, "publisher");
        thread.setDaemon(true);
        thread.start();
    }

    /** Publishes 1, 2, 3 ... */
    private void publish() {
        try {
            while (!stopping) {
                if (published - effects.count() < LONGEST_QUEUE) {
                    long id = published + 1;
                    client.publish(cell.topic(), Long.toString(id));
                    published = id;
                    Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS + 1));
                } else {
                    Thread.sleep(POLL_MILLIS);
                }
            }
            stopped.complete(true);
        } catch (IOException | InterruptedException e) {
            stopped.completeExceptionally(e);
        }
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        stopping = true;
        try {
            stopped.join();
        } catch (CompletionException e) {
            throw new IOException("the publisher failed", e.getCause());
        }
        long before = 0;
        for (int polls = 0; polls < POLLS_WITHOUT_PROGRESS; polls++) {
            long now = effects.count();
            if (now != before) {
                before = now;
                polls = 0;
                if (now >= published && effects.tally(published).arrived() == published) {
                    return;
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public Tally tally() {
        return effects.tally(published);
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        try (effects) {
            client.close();
        }
    }
}
