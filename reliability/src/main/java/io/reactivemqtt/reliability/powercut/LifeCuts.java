package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.reliability.powercut.Operation.Kind;
import io.reactivemqtt.store.SessionChange;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the power at many moments of one process: before and after every flush, after every line that tells of something durable, and at
 * some moments between. At each, the disk is rebuilt in several ways, and recovered.
 */
final class LifeCuts {

    private final Disk disk;
    private final History history;
    private final List<Operation> operations;
    private final CutPlan plan;
    private final Random random;
    private final Recovery.Store store;
    private final CutReport report;

    /** What the store makes of a world says nothing of the moment. */
    private final Map<String, Seen> seen = new HashMap<>();

    private World next;
    private int unflushedOfNext;

    private record Seen(
            Map<String, List<String>> words, @Nullable String failure) {}

    /**
     * Prepares it.
     *
     * @param before what lay on the disk
     * @param sessions what was recovered of that
     */
    LifeCuts(
            World before,
            Map<String, List<SessionChange>> sessions,
            List<Operation> operations,
            CutPlan plan,
            Random random,
            Recovery.Store store,
            CutReport report) {
        this.disk = Disk.of(before.files());
        this.history = new History(sessions);
        this.operations = operations;
        this.plan = plan;
        this.random = random;
        this.store = store;
        this.report = report;
        this.next = before;
    }

    void run() throws IOException {
        boolean isAfterMoment = true;
        for (Operation operation : operations) {
            boolean isFlush = operation.is(Kind.SYNC);
            if (isAfterMoment || isFlush || random.nextDouble() < plan.between()) {
                cut(isFlush && operation.name().endsWith("-wal"));
            }
            if (!operation.name().equals(Told.FILE)) {
                disk.apply(operation);
            } else if (operation.is(Kind.WRITE)) {
                Told.hear(operation.data(), history);
            }
            isAfterMoment = isFlush || operation.name().equals(Told.FILE);
        }
        cut(false);
        report.process(operations.stream().filter(each -> each.is(Kind.SYNC)).count(), history.stored());
    }

    private void cut(boolean isBeforeCommit) throws IOException {
        report.cut();
        int unflushed = disk.unflushed();
        for (Choice choice : Choice.some(unflushed, plan.others(), random)) {
            World world = disk.cut(choice.fates(), choice.growth());
            boolean isGood = isGood(world, choice);
            // What a process has to begin with, at best: a long commit of which all but the beginning is there.
            boolean isBest =
                    isBeforeCommit && unflushed > unflushedOfNext && choice.equals(Choice.firstLost(unflushed));
            if (isGood && isBest) {
                next = world;
                unflushedOfNext = unflushed;
            }
        }
    }

    private boolean isGood(World world, Choice choice) throws IOException {
        String fingerprint = world.fingerprint();
        Seen known = seen.get(fingerprint);
        report.world(known == null);
        if (known == null) {
            Recovery recovery = store.recover(world);
            known = new Seen(recovery.words(), recovery.failure());
            seen.put(fingerprint, known);
        }
        if (known.failure() != null) {
            report.refused(known.failure() + " by " + choice);
            return false;
        }
        List<String> faults = history.faults(known.words());
        if (!faults.isEmpty()) {
            report.lost(faults + " by " + choice);
        }
        return faults.isEmpty();
    }

    /** Returns the disk that the next process begins with. */
    World next() {
        return new World(new TreeMap<>(next.files()));
    }
}
