package io.reactivemqtt.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts what receivers have written down: every message at least once, and again only what was last when a process died. */
final class EffectCount {

    /** By how many messages the order of effects and that of acknowledgements may differ. */
    private static final int DISORDER = 2 * ReceivingClient.CONCURRENCY;

    private final Map<Integer, List<Long>> idsOfRuns = new TreeMap<>();
    private final Map<Long, TreeSet<Integer>> runsOfIds = new HashMap<>();
    private final int effects;

    EffectCount(List<Journal.Entry> entries) {
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
        for (Map.Entry<Integer, List<Long>> run : idsOfRuns.entrySet()) {
            List<Long> ids = run.getValue();
            long again =
                    ids.stream().filter(id -> isReceivedAgain(id, run.getKey())).count();
            List<Long> early = ids.subList(0, (int) Math.max(0, ids.size() - again - DISORDER));
            most = (int) Math.max(most, again);
            tooLate += (int) early.stream()
                    .filter(id -> isReceivedAgain(id, run.getKey()))
                    .count();
        }
        return new Tally((int) published, arrived(), lost, repeated, 0, most, tooLate, withoutKill);
    }

    private boolean isReceivedAgain(Long id, Integer run) {
        TreeSet<Integer> runs = runsOfIds.get(id);
        return runs != null && runs.last() > run;
    }
}
