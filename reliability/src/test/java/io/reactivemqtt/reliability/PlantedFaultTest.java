package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.server.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The harness finds what is broken on purpose, in a cell whose processes serve another beside it. */
@Timeout(300)
@Tag("once")
class PlantedFaultTest {

    private static final int KILLS = 3;
    private static final int ATTEMPTS = 15;
    private static final Cell SENDER = new Cell(Cell.Direction.SENDER, Qos.EXACTLY_ONCE, ProtocolVersion.MQTT_5_0);
    private static final Cell RECEIVER = new Cell(Cell.Direction.RECEIVER, Qos.EXACTLY_ONCE, ProtocolVersion.MQTT_5_0);

    private static final Cell BATCH_RECEIVER =
            new Cell(Cell.Direction.BATCH_RECEIVER, Qos.AT_LEAST_ONCE, ProtocolVersion.MQTT_5_0);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeAll
    static void needsMosquitto() {
        assumeTrue(Cells.canRun(), "mosquitto is not on the path: nothing was killed");
    }

    @Test
    void aStoreThatForgetsWithTheProcessLosesMessages() throws IOException, InterruptedException {
        CellReport report = run(SENDER, ForgetfulSetup.class, tally -> tally.lost() > 0);

        assertThat(report.tally().lost()).isPositive();
        assertThat(report.violations()).isNotEmpty();
    }

    @Test
    void aStoreThatCompletesTooEarlyLosesOrRepeatsMessages() throws IOException, InterruptedException {
        CellReport report = run(SENDER, HastySetup.class, tally -> tally.lost() + tally.repeated() > 0);

        assertThat(report.tally().lost() + report.tally().repeated()).isPositive();
        assertThat(report.violations()).isNotEmpty();
    }

    @Test
    void anAcknowledgementBeforeTheEffectLosesMessages() throws IOException, InterruptedException {
        CellReport report = run(RECEIVER, CarelessSetup.class, tally -> tally.lost() > 0);

        assertThat(report.tally().lost()).isPositive();
        assertThat(report.violations()).isNotEmpty();
    }

    @Test
    void anAcknowledgementBeforeTheCommitLosesMessages() throws IOException, InterruptedException {
        CellReport report = run(BATCH_RECEIVER, CarelessSetup.class, tally -> tally.lost() > 0);

        assertThat(report.tally().lost()).isPositive();
        assertThat(report.violations()).isNotEmpty();
    }

    /** Kills a few times, and again if chance has hit no moment at which the fault matters. */
    private CellReport run(Cell cell, Class<? extends ChildSetup> setup, Predicate<Tally> found)
            throws IOException, InterruptedException {
        CellReport report = run(cell, setup, 1);
        for (int attempt = 2; attempt <= ATTEMPTS && !found.test(report.tally()); attempt++) {
            report = run(cell, setup, attempt);
        }
        System.out.println(setup.getSimpleName() + ": " + report.violations());
        return report;
    }

    private CellReport run(Cell cell, Class<? extends ChildSetup> setup, int attempt)
            throws IOException, InterruptedException {
        Path own = Files.createDirectory(directory.resolve("attempt-" + attempt));
        List<Cell> group = Cell.all().stream()
                .filter(other -> other.direction() == cell.direction() && other.version() == cell.version())
                .toList();
        GroupRun run = new GroupRun(group, KILLS, attempt, setup, own);
        try (RunningServer server = RunningServer.mosquitto(run.serverOptions()).orElseThrow()) {
            return run.run(server).get(group.indexOf(cell));
        }
    }
}
