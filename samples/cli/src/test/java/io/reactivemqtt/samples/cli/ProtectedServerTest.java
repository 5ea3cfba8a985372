package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.samples.cli.Run.Surroundings;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@MqttServer(value = ServerKind.LOCAL, userName = "meter", password = "correct horse")
class ProtectedServerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void passwordComesFromAFile(RunningServer server) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "correct horse\n");

        Run run = Run.of(
                "pub",
                "t",
                "-m",
                "x",
                "-q1",
                "-u",
                "meter",
                "--password-file",
                file.toString(),
                "--server=" + server.uri());

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void passwordComesFromTheEnvironment(RunningServer server) {
        Run run = Surroundings.empty()
                .withPassword("correct horse")
                .run("pub", "t", "-m", "x", "-q1", "-u", "meter", "--server=" + server.uri());

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void wrongPasswordIsOneLineAndNotShown(RunningServer server) {
        Run run = Surroundings.empty()
                .withPassword("wrong horse")
                .run("sub", "t", "-u", "meter", "--server=" + server.uri());

        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("reactive-mqtt sub: the Server refused the connection: ")
                .doesNotContain("horse");
        assertThat(run.status()).isEqualTo(1);
    }
}
