package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a process of its own, as a shell starts it. */
@MqttServer(ServerKind.LOCAL)
class SignalTest {

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void signalEndsInGoodOrder(String signal, int status, RunningServer server) throws Exception {
        String topic = "signal/" + signal;
        Run.of("pub", topic, "-m", "here", "-r", "-q1", "--server=" + server.uri());
        Process process = start(
                "sub",
                topic,
                "--will-topic=" + topic + "/will",
                "--will-message=gone",
                "--will-retain",
                "--server=" + server.uri());
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
                BufferedReader err =
                        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("here");

            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();

            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(status);
            assertThat(out.readLine()).isNull();
            assertThat(err.readLine()).isNull();
        } finally {
            process.destroyForcibly();
        }
        Run.of("pub", topic + "/will", "-m", "no will", "-r", "-q1", "--server=" + server.uri());
        assertThat(Run.of("sub", topic + "/will", "-C1", "--server=" + server.uri())
                        .text())
                .isEqualTo("no will\n");
    }

    @Test
    void standardErrorOfAProgramIsOurs(RunningServer server) throws Exception {
        String topic = "signal/program";
        Run.of("pub", topic, "-m", "x", "-r", "-q1", "--response-topic=answers", "--server=" + server.uri());
        Process process =
                start("respond", topic, "--exec", "sh -c 'echo \"I read $(cat)\" >&2'", "--server=" + server.uri());
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            assertThat(err.readLine()).isEqualTo("I read x");

            process.toHandle().destroy(); // which closes no streams

            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(err.readLine()).isNull();
            assertThat(process.getInputStream().readAllBytes()).isEmpty();
        } finally {
            process.destroyForcibly();
            Run.of("pub", topic, "-n", "-r", "-q1", "--server=" + server.uri());
        }
    }

    private static Process start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                // a shell's job in the background ignores SIGINT, and so do the processes that it starts
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", // as the jar's manifest has it
                "-cp",
                System.getProperty("java.class.path"),
                ReactiveMqttCommand.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
