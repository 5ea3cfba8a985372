package io.reactivemqtt.reliability.powercut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.reliability.powercut.LifeOrder.Direction;
import io.reactivemqtt.reliability.powercut.LifeOrder.Way;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@link PowerCutHarness}, and that it finds what is broken on purpose. */
@Tag("once")
@Timeout(300)
class PowerCutTest {

    private static final int CUTS = 500;
    private static final CutPlan PLAN = new CutPlan(3, CUTS, 14, 0.2, 2);
    private static final CutPlan SHORT = new CutPlan(1, 1, 6, 0, 2);

    @BeforeAll
    static void needsMosquittoAndACompiler() {
        if (System.getenv("REACTIVE_MQTT_ALL_TESTS") == null) {
            assumeTrue(PowerCutHarness.canRun(), "mosquitto or gcc is not on the path: no power was cut");
        }
    }

    private static CutReport run(Direction direction, Way way, CutPlan plan) throws IOException, InterruptedException {
        long seed = Long.getLong("powercut.seed", System.nanoTime() % 1_000_000);
        CutReport report = new CutCell(new Recorder(), direction, way, plan, seed).run();
        System.out.println("-Dpowercut.seed=" + seed + " " + way + " " + report.row());
        return report;
    }

    @ParameterizedTest
    @EnumSource
    void everyChangeThatWasReportedIsThereAfterAnyCut(Direction direction) throws IOException, InterruptedException {
        CutReport report = run(direction, Way.DURABLE, PLAN);

        assertThat(report.violations()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.refused()).isZero();
        assertThat(report.cuts()).isGreaterThanOrEqualTo(CUTS);
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatCompletesTooEarlyIsFound(Direction direction) throws IOException, InterruptedException {
        assertThat(run(direction, Way.HASTY, SHORT).lost()).isPositive();
    }

    @Test
    void aStoreThatFlushesSeldomLosesChangesAndNeverTheFile() throws IOException, InterruptedException {
        CutReport report = run(Direction.SENDER, Way.FLUSHES_SELDOM, SHORT);

        assertThat(report.lost()).isPositive();
        assertThat(report.refused()).isZero();
    }

    @Test
    void aStoreThatNeverFlushesLosesChanges() throws IOException, InterruptedException {
        assertThat(run(Direction.RECEIVER, Way.NEVER_FLUSHES, SHORT).lost()).isPositive();
    }
}
