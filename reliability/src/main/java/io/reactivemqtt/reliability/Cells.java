package io.reactivemqtt.reliability;

import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs cells: those of one direction share their processes.
 *
 * @param kills in each cell, which is how many processes of each direction are killed
 * @param seed of all random moments
 * @param parallel how many directions at once
 * @param setup what the killed processes work with
 * @param out hears of each cell when those of its direction are done
 */
record Cells(int kills, long seed, int parallel, Class<? extends ChildSetup> setup, PrintWriter out) {

    /** Tells whether the Server is there. */
    static boolean canRun() {
        try (RunningServer server = RunningServer.mosquitto().orElse(null)) {
            return server != null;
        }
    }

    /** What was seen, and in which Server. */
    record Results(String server, List<CellReport> reports) {

        boolean isGood() {
            return reports.stream().allMatch(report -> report.violations().isEmpty());
        }
    }

    /**
     * Runs them: those of one direction share their processes, each of which has a client for each of its cells. The directories
     * of groups in which a promise is broken stay; all others are deleted.
     */
    Results run(List<Cell> cells) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            List<Future<Results>> futures = new ArrayList<>();
            for (Cell.Direction direction : Cell.Direction.values()) {
                List<Cell> group = cells.stream()
                        .filter(cell -> cell.direction() == direction)
                        .toList();
                if (!group.isEmpty()) {
                    long seedOfGroup = seed * 31 + futures.size();
                    futures.add(threads.submit(() -> run(direction, group, seedOfGroup)));
                }
            }
            String server = "";
            List<CellReport> reports = new ArrayList<>();
            for (Future<Results> future : futures) {
                Results results = future.get();
                server = results.server;
                reports.addAll(results.reports);
            }
            return new Results(server, reports);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a group of cells could not be run to its end", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private Results run(Cell.Direction direction, List<Cell> group, long seedOfGroup)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("reliability-" + direction.word() + "-");
        GroupRun run = new GroupRun(group, kills, seedOfGroup, setup, directory);
        try (RunningServer server = RunningServer.mosquitto(run.serverOptions())
                .orElseThrow(() -> new IllegalStateException("mosquitto is not there"))) {
            List<CellReport> reports = run.run(server);
            Results results = new Results(server.name(), reports);
            if (results.isGood()) {
                TemporaryDirectory.delete(directory);
            }
            synchronized (out) {
                reports.forEach(report -> tell(report, directory));
                out.flush();
            }
            return results;
        }
    }

    private void tell(CellReport report, Path directory) {
        out.println(ReportTable.line(report));
        report.violations().forEach(violation -> out.println("  BROKEN " + violation + "; see " + directory));
    }
}
