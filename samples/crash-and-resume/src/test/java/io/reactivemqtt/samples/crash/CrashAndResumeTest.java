package io.reactivemqtt.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashAndResumeTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return CrashAndResume.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void secondProcessGoesOnWhereTheKilledOneStopped() {
        int status = run("--orders", "200");

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).contains("killed ", "resumed ", ", lost 0\n");
        assertThat(status).isZero();
    }

    @Test
    void helpExplainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--server", "--orders", "--seed").doesNotContain("--worker");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--orders=0",
                "--orders=x",
                "--seed=x",
                "--server=http://localhost",
                "--server=mqtt://",
                "--no",
                "x"
            })
    void mistakeGetsOneLineAndStatusTwo(String argument) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("crash-and-resume: ");
    }

    @Test
    void serverThatIsNotThereGetsOneLineAndStatusOne() {
        assertThat(run("--server", "mqtt://127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("the first process", "Connection refused");
    }
}
