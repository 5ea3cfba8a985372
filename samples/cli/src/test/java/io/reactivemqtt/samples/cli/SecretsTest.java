package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import io.reactivemqtt.testsupport.Canaries;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command with a canary in every place for a secret: neither help nor a failure shows one. */
class SecretsTest {

    private static final String SECRETS =
            " -u canary-user --pw canary-password --will-topic w --will-message canary-will"
                    + " --connect-property token=canary-property";

    private static Run run(String command) {
        return Run.Surroundings.empty().withPassword("canary-environment").run(command.split(" ", -1));
    }

    private static void tellsNothing(Run run) {
        assertThat(Canaries.in(run.text())).isEmpty();
        assertThat(Canaries.in(String.join("\n", run.err()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub t -m canary-payload", "sub t", "bench"})
    void helpShowsNothingOfWhatStandsBesideIt(String command) {
        for (String each :
                List.of(command + " --help", command + SECRETS + " --help", command + SECRETS + " --unknown")) {
            Run run = run(each);
            assertThat(run.out().size() + run.err().size()).isPositive();
            tellsNothing(run);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--server mqtt://localhost:PORT",
                "--server ws://localhost:PORT/mqtt?signature=canary-query --ws-header Authorization=canary-header",
                "--server mqtt://server.invalid --proxy http://canary-user:canary-proxy@localhost:PORT",
                "--server mqtt://server.invalid --proxy socks5://canary-user:canary-proxy@localhost:PORT",
                "--server mqtt://me:canary-a@localhost:PORT",
                "--url mqtt://me:canary-url@localhost:PORT/t",
                "--server ws://localhost:99999/?canary-query"
            })
    void aServerThatCannotBeReachedIsToldWithoutSecrets(String way) {
        try (RefusingPort nobody = RefusingPort.open()) {
            String reached = " " + way.replace("PORT", "" + nobody.uri().getPort());
            for (String command : List.of("pub t -m canary-payload", "sub t", "bench")) {
                Run run = run(command + (command.equals("bench") ? "" : SECRETS + " -d") + reached);
                boolean isMistake = way.startsWith("--server mqtt://me:")
                        || way.contains("99999")
                        || (way.startsWith("--url") && command.startsWith("pub")); // it names the topic twice
                assertThat(run.status()).as(run.err().toString()).isEqualTo(isMistake ? 2 : 1);
                tellsNothing(run);
            }
        }
    }

    @Test
    void aServerThatRefusesIsToldWithoutSecrets() throws Exception {
        try (ScriptedServer server = ScriptedServer.start()) {
            CompletableFuture<Run> run = Run.Surroundings.empty()
                    .withPassword("canary-environment")
                    .start(("pub t -m canary-payload -d -u canary-user --server " + server.uri()).split(" ", -1));
            ScriptedConnection connection = server.accept();
            Connect connect = connection.expect(Connect.class);
            assertThat(Objects.requireNonNull(connect.password()).asUtf8()).isEqualTo("canary-environment");
            connection.send(ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
            Run ended = run.get(20, TimeUnit.SECONDS);
            assertThat(ended.err()).isNotEmpty();
            tellsNothing(ended);
        }
    }
}
