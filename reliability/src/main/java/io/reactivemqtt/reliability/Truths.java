package io.reactivemqtt.reliability;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A truth for each of the cells that share their processes; none knows of the others. */
final class Truths implements AutoCloseable {

    private final Map<Cell, Truth> truths = new LinkedHashMap<>();

    private Truths() {}

    static Truths start(List<Cell> cells, URI server, Path directory, long seed) throws IOException {
        Truths all = new Truths();
        try {
            for (Cell cell : cells) {
                long own = seed + all.truths.size();
                all.truths.put(
                        cell,
                        switch (cell.direction()) {
                            case SENDER -> SenderTruth.start(server, cell, ChildOrder.journal(directory, cell));
                            case RECEIVER, BATCH_RECEIVER ->
                                ReceiverTruth.start(server, cell, effects(cell, directory), own);
                        });
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private static Effects effects(Cell cell, Path directory) {
        return cell.direction() == Cell.Direction.BATCH_RECEIVER
                ? new BatchEffects(CommittedMessages.open(ChildOrder.database(directory, cell)), cell.qos())
                : new JournalEffects(ChildOrder.journal(directory, cell), cell.qos());
    }

    /** The first process is ready. */
    void begin() {
        truths.values().forEach(Truth::begin);
    }

    /** The last process is ready; returns when it may be told to come to rest. */
    void settle() throws IOException, InterruptedException {
        for (Truth truth : truths.values()) {
            truth.settle();
        }
    }

    /** All processes have ended. */
    Tally tally(Cell cell) throws IOException, InterruptedException {
        Truth truth = truths.get(cell);
        if (truth == null) {
            throw new IllegalArgumentException(cell.name() + " is not among the cells");
        }
        return truth.tally();
    }

    @Override
    public void close() throws IOException {
        for (Truth truth : truths.values()) {
            truth.close();
        }
    }
}
