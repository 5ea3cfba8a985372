package io.reactivemqtt.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.RefusingPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartTest {

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "3.1.1"})
    void losesNothingWithTheServerInThisProcess(String version) {
        Run run = Run.of("--mqtt", version);

        assertThat(run.err()).isEmpty();
        assertThat(run.lastLine())
                .startsWith("summary   sent 40, received 40, repeated ")
                .endsWith(", lost 0");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtts", "ws", "wss"})
    void losesNothingOverAnyScheme(String scheme) {
        Run run = Run.of("--over", scheme);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).anyMatch(line -> line.contains("in this process, " + scheme + "://localhost:"));
        assertThat(run.lastLine())
                .startsWith("summary   sent 40, received 40, repeated ")
                .endsWith(", lost 0");
    }

    @Test
    void showsTheCutAndThatTheSessionGoesOn() {
        Run run = Run.of("--readings", "8");

        assertThat(run.linesThatStartWith("received")).isEqualTo(8);
        assertThat(run.out())
                .containsSubsequence(
                        "event     connected: a new Session",
                        "network   goes down",
                        "event     disconnected: the connection was lost",
                        "event     connected: the Server has kept the Session",
                        "event     disconnected");
    }

    @Test
    void smallestRunIsCutToo() {
        Run run = Run.of("--readings", "2");

        assertThat(run.out()).contains("network   goes down", "network   comes back");
        assertThat(run.status()).isZero();
    }

    @Test
    void refusedConnectionIsOneLine() {
        try (RefusingPort nobody = RefusingPort.open()) {
            Run run = Run.of("--server", nobody.uri().toString());

            assertThat(run.err())
                    .containsExactly("quickstart: cannot connect to " + nobody.uri() + ": Connection refused");
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @Test
    void unknownHostIsOneLine() {
        Run run = Run.of("--server", "mqtt://no.such.host.invalid");

        assertThat(run.err())
                .containsExactly("quickstart: cannot connect to mqtt://no.such.host.invalid:"
                        + " unknown host no.such.host.invalid");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--server http://localhost",
                "--server ssl://localhost",
                "--server localhost:1883",
                "--server mqtt://localhost:99999",
                "--server mqtt://",
                "--server",
                "--mqtt 4",
                "--over http",
                "--over mqtts --server mqtt://localhost",
                "--readings 1",
                "--readings 10001",
                "--readings many",
                "--mqtt 3.1.1 --password=secret",
                "--nonsense",
                "nonsense"
            })
    void wrongCommandLineIsOneLine(String arguments) {
        Run run = Run.of(arguments.split(" ", -1));

        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("quickstart: ")
                .contains("--help");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void passwordInTheUriIsRefusedAndNotShown() {
        Run run = Run.of("--server", "mqtt://me:secret@localhost");

        assertThat(run.err()).singleElement().asString().contains("--password").doesNotContain("secret");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void helpNamesEveryOption() {
        Run run = Run.of("--help");

        assertThat(String.join("\n", run.out()))
                .contains("--server", "--user", "--password", "--mqtt", "--readings", "--version", "Exit status");
        assertThat(run.status()).isZero();
    }
}
