package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.FreePort;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket, Unix domain sockets and proxies. */
class WayTest {

    private static final int PORT = FreePort.find();
    private static final Path SOCKET = TemporaryDirectory.create("way-").resolve("mosquitto.sock");

    private static @Nullable RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.mosquitto(
                        "listener " + PORT + " 127.0.0.1", "protocol websockets", "listener 0 " + SOCKET)
                .orElse(null);
        Assumptions.assumeTrue(server != null, "mosquitto is not on the path");
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    private static Run pub(String more) {
        String said = more.replace("PORT", "" + PORT).replace("SOCKET", SOCKET.toString());
        return Run.of(Stream.concat(Stream.of("pub", "t", "-m", "x", "-q1"), Stream.of(said.split(" ", -1)))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--server ws://localhost:PORT",
                "--server ws://localhost:PORT/mqtt?a=b --ws-header Authorization=x",
                "-h localhost -p PORT --ws",
                "--server mqtt+unix://SOCKET",
                "--unix SOCKET",
                "--server ws://localhost:PORT -A 127.0.0.1"
            })
    void aMessageIsPublished(String options) {
        Run run = pub(options);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void aPortWithoutWebSocketIsOneLine() {
        Run run = pub("--server ws://127.0.0.1:" + tcpPort());
        assertThat(run.err()).singleElement().asString().contains("WebSocket");
        assertThat(run.status()).isEqualTo(1);
    }

    private static int tcpPort() {
        RunningServer running = server;
        return running == null ? 0 : running.uri().getPort();
    }

    @Test
    void aProxyThatIsNotThereIsOneLineWithoutItsPassword() {
        int nobody = FreePort.find();
        Run run = pub("--server ws://localhost:PORT --proxy http://me:secret@localhost:" + nobody);
        assertThat(run.err())
                .singleElement()
                .asString()
                .contains("the proxy HTTP localhost:" + nobody)
                .doesNotContain("secret");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--proxy ftp://me:secret@localhost, the URI of a proxy is http://host:port",
        "--server mqtt://localhost --ws, need a Server that is named",
        "--server mqtt://localhost --ws-header a=b, need a Server that is named",
        "--server ws://localhost --ws-header a, NAME=VALUE",
        "--server ws://localhost --cafile x, named as mqtts://host:port or wss://"
    })
    void whatDoesNotGoTogetherIsAMistake(String options, String words) {
        Run run = pub(options);
        assertThat(run.err()).singleElement().asString().contains(words).doesNotContain("secret");
        assertThat(run.status()).isEqualTo(2);
    }
}
