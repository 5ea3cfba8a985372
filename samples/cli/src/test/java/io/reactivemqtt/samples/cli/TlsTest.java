package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testsupport.MutualTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of TLS against a Server that requires a client certificate. */
class TlsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    private static @Nullable RunningServer server;
    private static int port;

    @SuppressWarnings("NullAway.Init")
    private static Path authority;

    @SuppressWarnings("NullAway.Init")
    private static Path certificate;

    @SuppressWarnings("NullAway.Init")
    private static Path key;

    @BeforeAll
    @SuppressWarnings("NullAway") // the directory is there by now
    static void start() throws IOException {
        MutualTls files = MutualTls.in(directory, "localhost");
        authority = files.authority();
        certificate = files.clientChain();
        key = files.clientKey();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = RunningServer.mosquitto(files.mosquittoListener(port)).orElse(null);
        Assumptions.assumeTrue(server != null, "mosquitto is not on the path");
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    private static Run pub(String... more) {
        return Run.of(Stream.concat(Stream.of("pub", "t", "-m", "x", "-q1"), Stream.of(more))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"--server=mqtts://localhost:", "-h localhost -p "})
    void aMessageIsPublishedWithCertificatesOnBothSides(String where) {
        Run run = pub(Stream.concat(
                        Stream.of((where + port).split(" ", -1)),
                        Stream.of("--cafile=" + authority, "--cert=" + certificate, "--key=" + key))
                .toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void aServerThatIsNotTrustedIsOneLine() {
        Run run = pub("--server=mqtts://localhost:" + port);
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("reactive-mqtt pub: cannot connect to mqtts://localhost:" + port
                        + ": the certificate of the Server is not trusted");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void anotherHostIsOneLineUnlessItIsInsecure() {
        String[] options = {
            "--server=mqtts://127.0.0.1:" + port, "--cafile=" + authority, "--cert=" + certificate, "--key=" + key
        };
        Run run = pub(options);
        assertThat(run.err()).singleElement().asString().contains("the certificate of the Server is for another host");
        assertThat(run.status()).isEqualTo(1);
        assertThat(pub(Stream.concat(Stream.of(options), Stream.of("--insecure"))
                                .toArray(String[]::new))
                        .err())
                .isEmpty();
    }

    @Test
    void aMissingCertificateIsOneLine() {
        Run run = pub("--server=mqtts://localhost:" + port, "--cafile=" + authority);
        assertThat(run.err()).singleElement().asString().contains("certificate");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aFileThatCannotBeReadIsOneLine() {
        Run run = pub("--server=mqtts://localhost:" + port, "--cafile=" + directory.resolve("no.pem"));
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("reactive-mqtt pub: cannot read the file of --cafile: ");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--server=mqtt://localhost --tls, named as mqtts://host:port",
        "--server=mqtts://localhost --cert=c.pem, --cert and --key go together",
        "--server=mqtts://localhost --key=k.pem, --cert and --key go together"
    })
    void optionsThatDoNotGoTogetherAreAMistake(String options, String words) {
        Run run = pub(options.split(" ", -1));
        assertThat(run.err()).singleElement().asString().contains(words);
        assertThat(run.status()).isEqualTo(2);
    }
}
