package io.reactivemqtt.reliability;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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
    private final Path journal;
    private final PlainClient client;
    private final Random random;
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile long published;

    private ReceiverTruth(Cell cell, Path journal, PlainClient client, long seed) {
        this.cell = cell;
        this.journal = journal;
        this.client = client;
        this.random = new Random(seed);
    }

    static ReceiverTruth start(URI server, Cell cell, Path journal, long seed) throws IOException {
        return new ReceiverTruth(cell, journal, PlainClient.connect(server, "publisher-" + cell.name()), seed);
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
                if (published - Journal.count(journal) < LONGEST_QUEUE) {
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
            long now = Journal.count(journal);
            if (now != before) {
                before = now;
                polls = 0;
                if (now >= published && new EffectCount(Journal.read(journal), cell.qos()).arrived() == published) {
                    return;
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public Tally tally() {
        return new EffectCount(Journal.read(journal), cell.qos()).tally(published);
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        client.close();
    }
}
