package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The command line of the harness. */
class KillHarnessTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--kills", "--seed", "--cell", "--parallel", "--write", "Exit status");
    }

    @Test
    void aCellThatDoesNotExistIsRefusedByName() {
        assertThat(run("--kills", "1", "--cell", "sender-qos0-5.0")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no cell sender-qos0-5.0");
    }

    @Test
    void cellsAreNamedByHowTheirNamesBeginToo() {
        assertThat(run("--kills", "0", "--cell", "batch-receiver")).isEqualTo(2);
        assertThat(run("--kills", "0", "--cell=")).isEqualTo(2);
        assertThat(err.toString()).doesNotContain("there is no cell");
    }

    @Test
    void zeroKillsAreRefused() {
        assertThat(run("--kills", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("at least 1");
    }

    private int run(String... arguments) {
        return KillHarness.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
