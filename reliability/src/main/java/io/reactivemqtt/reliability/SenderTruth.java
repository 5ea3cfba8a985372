package io.reactivemqtt.reliability;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A witness at the Server, which counts how often each message of the killed senders arrives there. */
final class SenderTruth implements Truth {

    private static final String LAST = "last";
    private static final long PATIENCE_SECONDS = 60;

    private final URI server;
    private final Cell cell;
    private final Path journal;
    private final PlainClient witness;
    private final Map<Long, Integer> arrivals = new ConcurrentHashMap<>();
    private final CompletableFuture<Boolean> lastArrived = new CompletableFuture<>();

    private SenderTruth(URI server, Cell cell, Path journal, PlainClient witness) {
        this.server = server;
        this.cell = cell;
        this.journal = journal;
        this.witness = witness;
    }

    static SenderTruth start(URI server, Cell cell, Path journal) throws IOException {
        PlainClient witness = PlainClient.connect(server, "witness-" + cell.name());
        witness.subscribe(cell.topic());
        SenderTruth truth = new SenderTruth(server, cell, journal, witness);
        Thread thread = new Thread(truth::watch, "witness");
        thread.setDaemon(true);
        thread.start();
        return truth;
    }

    private void watch() {
        try {
            for (String text = next(); !text.equals(LAST); text = next()) {
                arrivals.merge(Long.parseLong(text), 1, Integer::sum);
            }
            lastArrived.complete(true);
        } catch (IOException | NumberFormatException e) {
            lastArrived.completeExceptionally(e);
        }
    }

    private String next() throws IOException {
        return witness.receive().text();
    }

    @Override
    public void begin() {}

    @Override
    public void settle() {}

    @Override
    public Tally tally() throws IOException, InterruptedException {
        try (PlainClient client = PlainClient.connect(server, "last-" + cell.name())) {
            client.publish(cell.topic(), LAST); // behind all others: the Server keeps the order
        }
        try {
            lastArrived.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the witness did not see all", e);
        }
        Set<Long> accepted = new HashSet<>();
        Journal.read(journal).forEach(entry -> accepted.add(entry.id()));
        Set<Long> lost = new HashSet<>(accepted);
        lost.removeAll(arrivals.keySet());
        int repeated =
                (int) arrivals.values().stream().filter(count -> count > 1).count();
        int inDoubt = (int)
                arrivals.keySet().stream().filter(id -> !accepted.contains(id)).count();
        return new Tally(accepted.size(), arrivals.size(), lost.size(), repeated, inDoubt, 0, 0, 0, 0);
    }

    @Override
    public void close() throws IOException {
        witness.close();
    }
}
