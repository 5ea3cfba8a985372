package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link KillHarness}: every cell, and sixty killed processes, each of which counts in four cells. */
@Tag("once")
class KillTest {

    private static final int KILLS = 20;
    private static final int PARALLEL = 2;

    @Test
    @Timeout(600)
    void whatASessionPromisesIsKeptByProcessesThatAreKilled() throws InterruptedException {
        assumeTrue(Cells.canRun(), "mosquitto is not on the path: nothing was killed");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        long seed = Long.getLong("reliability.seed", System.nanoTime() % 1_000_000);
        out.println("-Dreliability.seed=" + seed);
        out.println(ReportTable.head());

        List<CellReport> reports = new Cells(KILLS, seed, PARALLEL, SqliteSetup.class, out)
                .run(Cell.all())
                .reports();

        assertThat(reports).hasSize(12).allSatisfy(report -> assertThat(report.violations())
                .isEmpty());
        assertThat(Arrays.stream(Cell.Direction.values())
                        .mapToInt(direction -> killedProcesses(reports, direction))
                        .sum())
                .isGreaterThanOrEqualTo(60);
    }

    private static int killedProcesses(List<CellReport> reports, Cell.Direction direction) {
        return reports.stream()
                .filter(report -> report.cell().direction() == direction)
                .mapToInt(CellReport::kills)
                .min()
                .orElse(0);
    }
}
