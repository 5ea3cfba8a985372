package io.reactivemqtt.reliability;

import io.reactivemqtt.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Counts what batch receivers have committed: every message at least once, and again only what was in the last batch of a process. */
final class BatchCount {

    private final Map<Long, List<CommittedMessages.Row>> rowsOfIds = new HashMap<>();
    private final Map<Integer, Integer> lastBatches = new TreeMap<>();
    private final Qos qos;

    /** Takes the rows in the order of their commits. */
    BatchCount(List<CommittedMessages.Row> rows, Qos qos) {
        this.qos = qos;
        for (CommittedMessages.Row row : rows) {
            rowsOfIds.computeIfAbsent(row.id(), id -> new ArrayList<>(1)).add(row);
            lastBatches.merge(row.run(), row.batch(), Math::max);
        }
    }

    /** Returns the counts if 1 to {@code published} were published. */
    Tally tally(long published) {
        int lost = 0;
        for (long id = 1; id <= published; id++) {
            lost += rowsOfIds.containsKey(id) ? 0 : 1;
        }
        int repeated = 0;
        int tooLate = 0;
        int byServer = 0;
        int withoutKill = 0;
        Map<Integer, Integer> againOfRuns = new HashMap<>();
        for (List<CommittedMessages.Row> rows : rowsOfIds.values()) {
            repeated += rows.size() > 1 ? 1 : 0;
            for (int i = 1; i < rows.size(); i++) {
                CommittedMessages.Row before = rows.get(i - 1);
                int run = rows.get(i).run();
                if (run == before.run()) {
                    withoutKill++;
                    continue;
                }
                againOfRuns.merge(before.run(), 1, Integer::sum);
                if (!isOfLastBatch(before)) {
                    boolean isServers = qos == Qos.EXACTLY_ONCE && isSilentRunBetween(before.run(), run);
                    byServer += isServers ? 1 : 0;
                    tooLate += isServers ? 0 : 1;
                }
            }
        }
        int most = againOfRuns.values().stream().mapToInt(again -> again).max().orElse(0);
        return new Tally((int) published, rowsOfIds.size(), lost, repeated, 0, most, tooLate, byServer, withoutKill);
    }

    private boolean isOfLastBatch(CommittedMessages.Row row) {
        return row.batch() == Objects.requireNonNull(lastBatches.get(row.run()));
    }

    /** Tells whether a process between two died without having committed anything: {@link EffectCount} says what mosquitto does then. */
    private boolean isSilentRunBetween(int run, int later) {
        return IntStream.range(run + 1, later).anyMatch(between -> !lastBatches.containsKey(between));
    }
}
