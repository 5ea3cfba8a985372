package io.reactivemqtt.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * No message is lost, and none is repeated that must not be, whatever fails. {@code -Dsimulation.steps=N} does more than usual,
 * {@code -Dsimulation.seed=S} does one run again.
 */
class SimulationTest {

    private static final long STEPS = Long.getLong("simulation.steps", 10_000_000);
    private static final Long SEED = Long.getLong("simulation.seed");
    private static final long FIRST_SEED = Long.getLong("simulation.first", 1);

    @Test
    void promisesHoldWhateverFails() {
        long first = SEED == null ? FIRST_SEED : SEED;
        long runs = SEED == null ? STEPS / Simulation.STEPS_OF_A_RUN : 1;
        for (long seed = first; seed < first + runs; seed++) {
            Simulation simulation = new Simulation(seed);
            if (simulation.run() != null) {
                throw new AssertionError(simulation.explain());
            }
        }
        assertThat(runs).isPositive();
    }
}
