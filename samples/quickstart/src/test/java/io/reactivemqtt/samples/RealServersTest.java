package io.reactivemqtt.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MqttServer({ServerKind.MOSQUITTO, ServerKind.ARTEMIS})
class RealServersTest {

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "3.1.1"})
    void quickstartLosesNothing(String version, RunningServer server) {
        Run run = Run.of("--server", server.uri().toString(), "--mqtt", version);

        assertThat(run.err()).isEmpty();
        assertThat(run.lastLine())
                .startsWith("summary   sent 40, received 40, repeated ")
                .endsWith(", lost 0");
        assertThat(run.status()).isZero();
    }

    @Test
    void firstProgramPrintsItsGreeting(RunningServer server) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            FirstProgram.main(new String[] {server.uri().toString()});
        } finally {
            System.setOut(before);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(String.format("greetings/world: Hello%n"));
    }
}
