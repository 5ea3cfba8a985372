package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs a cell: a fault, what heals it, messages in both directions, and the next fault; at the end everything drains, and the logs are
 * checked.
 *
 * @param cell what is tried
 * @param faults how often
 * @param atMost after so long no fault begins
 * @param seed of the random moments
 * @param directory empty, for the logs
 */
record CellRun(FaultCell cell, int faults, Duration atMost, long seed, Path directory) {

    /** During one fault in so many another pod takes over. */
    private static final int MOVES = 3;

    private static final int SHORTEST_MILLIS = 50;
    private static final int LONGEST_QUIET_MILLIS = 100;

    /**
     * Runs it.
     *
     * @param prefix of the names of namespaces
     * @param number tells what runs at the same time apart
     */
    FaultReport run(String prefix, int number) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<String> complaints = new ArrayList<>();
        try (Lab lab = Lab.start(prefix, number, cell.fault().extra(), cell.handling(), directory)) {
            complaints.addAll(lab.pods.settle());
            complaints.addAll(lab.awaitProgress());
            int done = strike(lab, complaints, begin + atMost.toNanos());
            complaints.addAll(lab.drain());
            return report(lab, done, complaints, begin);
        }
    }

    /** Returns how often; what does not recover from one fault tells nothing about the next. */
    private int strike(Lab lab, List<String> complaints, long endNanos) throws IOException, InterruptedException {
        Random random = new Random(seed);
        Trouble trouble = cell.fault().newTrouble();
        int done = 0;
        while (done < faults && complaints.isEmpty() && System.nanoTime() - endNanos < 0) {
            done++;
            trouble.strike(lab, random);
            int half = (SHORTEST_MILLIS + random.nextInt(cell.fault().longestMillis())) / 2;
            TimeUnit.MILLISECONDS.sleep(half);
            if (cell.fault().mayMove() && random.nextInt(MOVES) == 0) {
                lab.pods.move();
            }
            TimeUnit.MILLISECONDS.sleep(half);
            trouble.heal(lab);
            List<String> wrong = new ArrayList<>(lab.pods.settle());
            wrong.addAll(lab.awaitProgress());
            for (String each : wrong) {
                complaints.add("after fault " + done + ": " + each);
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_QUIET_MILLIS));
        }
        return done;
    }

    private FaultReport report(Lab lab, int done, List<String> complaints, long begin) throws IOException {
        List<PodLog.Accepted> accepted = new ArrayList<>();
        for (String machine : Pods.MACHINES) {
            accepted.addAll(PodLog.accepted(lab.pods.log(machine)));
        }
        Map<Qos, Long> given = new EnumMap<>(Qos.class);
        Topics.LEVELS.forEach(qos -> given.put(qos, lab.outside.published(qos)));
        List<Outside.Received> received = lab.outside.received();
        List<Checks.Handled> handled = lab.watch().allHandled();
        List<Checks.Append> appends = lab.watch().allAppends();
        Files.write(
                directory.resolve("received.log"),
                received.stream().map(Object::toString).toList());
        Files.write(
                directory.resolve("handled.log"),
                handled.stream().map(Object::toString).toList());
        Files.write(
                directory.resolve("appends.log"),
                appends.stream().map(Object::toString).toList());
        return new FaultReport(
                cell,
                done,
                lab.pods.told(),
                lab.pods.takenBack(),
                Checks.sent(accepted, received),
                Checks.taken(given, handled),
                Checks.written(appends),
                complaints,
                Duration.ofNanos(System.nanoTime() - begin));
    }
}
