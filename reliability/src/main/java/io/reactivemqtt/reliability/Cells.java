package io.reactivemqtt.reliability;

import io.reactivemqtt.testkit.RunningServer;
import io.reactivemqtt.testkit.TemporaryDirectory;
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
 * Runs cells, several at once.
 *
 * @param kills in each cell
 * @param seed of all random moments
 * @param parallel how many at once
 * @param setup what the killed processes work with
 * @param out hears of each cell when it is done
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

    /** Runs them. The directories of cells that broke a promise stay; all others are deleted. */
    Results run(List<Cell> cells) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            List<Future<Results>> futures = new ArrayList<>();
            for (int i = 0; i < cells.size(); i++) {
                Cell cell = cells.get(i);
                long seedOfCell = seed * 31 + i;
                futures.add(threads.submit(() -> run(cell, seedOfCell)));
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
            throw new IllegalStateException("a cell could not be run to its end", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private Results run(Cell cell, long seedOfCell) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("reliability-" + cell.name() + "-");
        CellRun run = new CellRun(cell, kills, seedOfCell, setup, directory);
        try (RunningServer server = RunningServer.mosquitto(run.serverOptions())
                .orElseThrow(() -> new IllegalStateException("mosquitto is not there"))) {
            CellReport report = run.run(server);
            if (report.violations().isEmpty()) {
                TemporaryDirectory.delete(directory);
            }
            synchronized (out) {
                out.println(ReportTable.line(report));
                report.violations().forEach(violation -> out.println("  BROKEN " + violation + "; see " + directory));
                out.flush();
            }
            return new Results(server.name(), List.of(report));
        }
    }
}
