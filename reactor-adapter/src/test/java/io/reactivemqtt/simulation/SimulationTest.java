package io.reactivemqtt.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * No message is lost, and none is repeated that must not be, whatever fails. {@code -Dsimulation.steps=N} does more than usual,
 * {@code -Dsimulation.seed=S} does one run again, and {@code -Dsimulation.write} uses all cores and writes what was done on the page.
 */
class SimulationTest {

    private static final Path PAGE = Path.of("..", "docs", "reliability.md");
    private static final long STEPS = Long.getLong("simulation.steps", 10_000_000);
    private static final Long SEED = Long.getLong("simulation.seed");
    private static final long FIRST_SEED = Long.getLong("simulation.first", 1);
    private static final boolean WRITES = System.getProperty("simulation.write") != null;

    @Test
    void promisesHoldWhateverFails() throws IOException {
        long first = SEED == null ? FIRST_SEED : SEED;
        long runs = SEED == null ? STEPS / Simulation.STEPS_OF_A_RUN : 1;
        Tally tally = new Tally();
        LongStream seeds = LongStream.range(first, first + runs);
        (WRITES ? seeds.parallel() : seeds).forEach(seed -> {
            Simulation simulation = new Simulation(seed);
            if (simulation.run(tally) != null) {
                throw new AssertionError(simulation.explain());
            }
        });
        assertThat(runs).isPositive();
        if (WRITES) {
            String command = "-Dtest=SimulationTest -Dsimulation.steps=" + STEPS + " -Dsimulation.first=" + first;
            FiguresOnPage.write(PAGE, "simulation", command, tally.lines());
        }
    }
}
