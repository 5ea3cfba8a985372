package io.reactivemqtt.reliability.powercut;

import java.util.ArrayList;
import java.util.List;

/** What was seen in a cell. */
final class CutReport {

    private static final int MOST_WORDS = 10;
    private static final int LONGEST_WORDS = 2_000;

    private final String cell;
    private final List<String> violations = new ArrayList<>();
    private int processes;
    private long flushes;
    private long cuts;
    private long worlds;
    private long distinct;
    private long appends;
    private long lost;
    private long refused;

    CutReport(String cell) {
        this.cell = cell;
    }

    void process(long itsFlushes, long itsAppends) {
        processes++;
        flushes += itsFlushes;
        appends += itsAppends;
    }

    void cut() {
        cuts++;
    }

    void world(boolean isNew) {
        worlds++;
        if (isNew) {
            distinct++;
        }
    }

    void lost(String words) {
        lost++;
        violation(words);
    }

    void refused(String words) {
        refused++;
        violation(words);
    }

    private void violation(String words) {
        if (violations.size() < MOST_WORDS) {
            violations.add(words.substring(0, Math.min(words.length(), LONGEST_WORDS)));
        }
    }

    long cuts() {
        return cuts;
    }

    long appends() {
        return appends;
    }

    /** Returns on how many disks something was not as it had been promised. */
    long lost() {
        return lost;
    }

    /** Returns how many disks the store did not take. */
    long refused() {
        return refused;
    }

    List<String> violations() {
        return violations;
    }

    static List<String> head() {
        return List.of(
                "| cell | processes | flushes | cut points | disks rebuilt | different | appends reported durable | lost | refused |",
                "|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    }

    String row() {
        return "| %s | %,d | %,d | %,d | %,d | %,d | %,d | **%,d** | **%,d** |"
                .formatted(cell, processes, flushes, cuts, worlds, distinct, appends, lost, refused);
    }
}
