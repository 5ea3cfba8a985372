package io.reactivemqtt.reliability;

import io.reactivemqtt.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Counts what receivers have written down: every message at least once, and again only what was last when a process died. */
final class EffectCount {

    /** By how many messages the order of effects and that of acknowledgements may differ. */
    private static final int DISORDER = 2 * SingleReceiver.CONCURRENCY;

    private final Map<Integer, List<Long>> idsOfRuns = new TreeMap<>();
    private final Map<Long, TreeSet<Integer>> runsOfIds = new HashMap<>();
    private final int effects;
    private final Qos qos;

    EffectCount(List<Journal.Entry> entries, Qos qos) {
        this.qos = qos;
        this.effects = entries.size();
        for (Journal.Entry entry : entries) {
            idsOfRuns.computeIfAbsent(entry.run(), run -> new ArrayList<>()).add(entry.id());
            runsOfIds.computeIfAbsent(entry.id(), id -> new TreeSet<>()).add(entry.run());
        }
    }

    int arrived() {
        return runsOfIds.size();
    }

    /** Returns the counts if 1 to {@code published} were published. */
    Tally tally(long published) {
        int lost = 0;
        for (long id = 1; id <= published; id++) {
            lost += runsOfIds.containsKey(id) ? 0 : 1;
        }
        int repeated = 0;
        int withoutKill = effects;
        for (TreeSet<Integer> runs : runsOfIds.values()) {
            repeated += runs.size() > 1 ? 1 : 0;
            withoutKill -= runs.size();
        }
        int most = 0;
        int tooLate = 0;
        int byServer = 0;
        for (Map.Entry<Integer, List<Long>> run : idsOfRuns.entrySet()) {
            List<Long> ids = run.getValue();
            long again =
                    ids.stream().filter(id -> isReceivedAgain(id, run.getKey())).count();
            List<Long> early = ids.subList(0, (int) Math.max(0, ids.size() - again - DISORDER));
            most = (int) Math.max(most, again);
            for (Long id : early) {
                if (isReceivedAgain(id, run.getKey())) {
                    boolean isServers = qos == Qos.EXACTLY_ONCE && isAfterASilentRun(id, run.getKey());
                    byServer += isServers ? 1 : 0;
                    tooLate += isServers ? 0 : 1;
                }
            }
        }
        return new Tally((int) published, arrived(), lost, repeated, 0, most, tooLate, byServer, withoutKill);
    }

    /**
     * Tells whether a process died without having received anything before {@code id} came again: mosquitto then sends QoS 2
     * messages again from the PUBLISH, whose PUBREL it has sent already.
     */
    private boolean isAfterASilentRun(Long id, Integer run) {
        Integer again = Objects.requireNonNull(runsOfIds.get(id)).higher(run);
        return again != null && IntStream.range(run + 1, again).anyMatch(between -> !idsOfRuns.containsKey(between));
    }

    private boolean isReceivedAgain(Long id, Integer run) {
        TreeSet<Integer> runs = runsOfIds.get(id);
        return runs != null && runs.last() > run;
    }
}
