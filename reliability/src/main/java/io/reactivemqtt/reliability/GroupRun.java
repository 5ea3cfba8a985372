package io.reactivemqtt.reliability;

import io.reactivemqtt.testkit.server.RunningServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Runs the cells that share their processes: a Server of its own for all of it, and one process after the other over the same
 * store, all killed but the last. A kill is one in each of the cells.
 *
 * @param cells what is tried
 * @param kills how often
 * @param seed of the random moments
 * @param setup what the processes work with
 * @param directory empty, for what the processes keep
 */
record GroupRun(List<Cell> cells, int kills, long seed, Class<? extends ChildSetup> setup, Path directory) {

    private static final int LONGEST_LIFE_MILLIS = 700;

    /** One life in so many is counted from before the store is opened, so that recovery and CONNECT are killed too. */
    private static final int EARLY_KILLS = 4;

    List<CellReport> run(RunningServer server) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Random random = new Random(seed);
        List<ChildProcess.Complaint> complaints = new ArrayList<>();
        try (Truths truths = Truths.start(cells, server.uri(), directory, seed)) {
            for (int run = 1; run <= kills; run++) {
                boolean early = run > 1 && random.nextInt(EARLY_KILLS) == 0;
                try (ChildProcess child = ChildProcess.start(order(server, run, false))) {
                    if (early) {
                        child.await(Child.STARTED);
                    } else {
                        child.awaitWork();
                    }
                    if (run == 1) {
                        truths.begin();
                    }
                    child.killAfter(Duration.ofMillis(random.nextInt(LONGEST_LIFE_MILLIS + 1)));
                    complaints.addAll(child.complaints());
                }
            }
            try (ChildProcess child = ChildProcess.start(order(server, kills + 1, true))) {
                child.awaitWork();
                truths.settle();
                child.end();
                complaints.addAll(child.complaints());
            }
            return reports(truths, complaints, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private ChildOrder order(RunningServer server, int run, boolean last) {
        return new ChildOrder(cells, server.uri(), directory, run, last, setup.getName());
    }

    private List<CellReport> reports(Truths truths, List<ChildProcess.Complaint> complaints, Duration duration)
            throws IOException, InterruptedException {
        List<CellReport> reports = new ArrayList<>();
        for (Cell cell : cells) {
            List<String> own = complaints.stream()
                    .filter(complaint -> complaint.cell().equals(cell.name()))
                    .map(ChildProcess.Complaint::words)
                    .toList();
            reports.add(new CellReport(cell, Store.words(setup), kills, truths.tally(cell), own, duration));
        }
        return reports;
    }

    /** What mosquitto is told. */
    String[] serverOptions() {
        List<String> options = new ArrayList<>(List.of("set_tcp_nodelay true"));
        if (isTraced()) {
            options.add("log_type all");
            options.add("log_timestamp_format %H:%M:%S");
            options.add("log_dest file " + directory.resolve("mosquitto.log"));
        }
        return options.toArray(String[]::new);
    }

    /** Tells whether all that helps to find a cause is kept. */
    static boolean isTraced() {
        return Boolean.getBoolean("reliability.trace");
    }
}
