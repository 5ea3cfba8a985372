package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ServerCertificateCheck;
import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.client.TlsSession;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.testsupport.TestAuthority;
import io.reactivemqtt.testsupport.TestAuthority.Issued;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * {@code mqtts} against Servers with good certificates and bad ones: what fails says so in {@link Phase#TLS}, and of MQTT not one
 * byte is sent before the handshake has succeeded.
 */
@Tag("tls")
class TlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration DAY = Duration.ofDays(1);
    private static final TestAuthority AUTHORITY = TestAuthority.create("the authority");
    private static final TestAuthority STRANGER = TestAuthority.create("a stranger");
    private static final Issued GOOD = AUTHORITY.issue("localhost");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path trusted;

    private final List<AutoCloseable> servers = new ArrayList<>();
    private final List<ReactorMqttClient> clients = new ArrayList<>();

    @BeforeEach
    void writeAuthority() {
        trusted = AUTHORITY.writeTo(directory);
    }

    @AfterEach
    void close() throws Exception {
        for (ReactorMqttClient client : clients) {
            client.disconnect().block(PATIENCE);
        }
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    private TlsServer serving(Issued certificate) {
        return closed(TlsServer.start(certificate));
    }

    private TlsServer serving(
            Issued certificate, @Nullable TestAuthority clientsOf, Consumer<SSLServerSocket> changes) {
        return closed(TlsServer.start(certificate, clientsOf, changes));
    }

    private <S extends AutoCloseable> S closed(S server) {
        servers.add(server);
        return server;
    }

    private ReactorMqttClient client(URI server, Consumer<TlsOptions.Builder> tls) {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server)
                .tls(secured -> tls.accept(secured.trustedCertificates(trusted)))
                .disconnectTimeout(Duration.ofMillis(100))
                .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(50))));
        clients.add(client);
        return client;
    }

    private ConnectResult connect(URI server, Consumer<TlsOptions.Builder> tls) {
        return Objects.requireNonNull(client(server, tls).connect().block(PATIENCE));
    }

    private ConnectFailedException refusal(URI server, Consumer<TlsOptions.Builder> tls) {
        ConnectFailedException refusal = catchThrowableOfType(ConnectFailedException.class, () -> connect(server, tls));
        assertThat(refusal).isNotNull();
        assertThat(refusal.phase()).as(refusal.getMessage()).isEqualTo(Phase.TLS);
        assertThat(refusal.server()).isEqualTo(server);
        return refusal;
    }

    private static SSLParameters version(SSLServerSocket socket, String version) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        return parameters;
    }

    // ---- what succeeds

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theClientConnectsAndSaysWhatWasNegotiated(String version) {
        TlsServer server = serving(GOOD, null, socket -> socket.setSSLParameters(version(socket, version)));
        ConnectResult result = connect(server.uri("localhost"), tls -> {});
        TlsSession session = Objects.requireNonNull(result.tls());
        assertThat(session.protocol()).isEqualTo(version);
        assertThat(session.cipherSuite()).startsWith("TLS_");
        assertThat(session.applicationProtocol()).isNull();
        assertThat(session.peerCertificates()).startsWith(GOOD.certificate());
        assertThat(session).asString().contains(version, "CN=localhost");
    }

    @Test
    void anAddressInTheCertificateIsAHost() {
        TlsServer server = serving(AUTHORITY.issue("127.0.0.1"));
        assertThat(connect(server.uri("127.0.0.1"), tls -> {}).tls()).isNotNull();
    }

    @Test
    void theHostNameIsSkippedOnlyByItsLongName() {
        TlsServer server = serving(AUTHORITY.issue("other.example"));
        assertThat(connect(server.uri("localhost"), TlsOptions.Builder::insecureSkipHostnameVerification)
                        .tls())
                .isNotNull();
    }

    @Test
    void aPinnedKeyIsAccepted() {
        TlsServer server = serving(GOOD);
        assertThat(connect(
                                server.uri("localhost"),
                                tls -> tls.pins(STRANGER.issue("x").pin(), GOOD.pin()))
                        .tls())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PEM", "encrypted PEM", "PKCS#12"})
    void theClientShowsItsCertificate(String form) throws Exception {
        Issued certificate = AUTHORITY.issue("device-7");
        Path chain = certificate.writeChainTo(directory.resolve("chain.pem"));
        TlsServer server = serving(GOOD, AUTHORITY, socket -> {});
        connect(server.uri("localhost"), tls -> {
            switch (form) {
                case "PEM" -> tls.clientCertificate(chain, certificate.writeKeyTo(directory.resolve("key.pem")));
                case "encrypted PEM" ->
                    tls.clientCertificate(
                            chain, certificate.writeKeyTo(directory.resolve("key.pem"), "canary-key"), "canary-key");
                default ->
                    tls.clientKeyStore(
                            certificate.writeKeyStoreTo(directory.resolve("key.p12"), "canary-key"), "canary-key");
            }
        });
        assertThat(server.accepted().clientCertificate()).isEqualTo(certificate.certificate());
    }

    @Test
    void aRenewedCertificateIsUsedByTheNextConnection() throws Exception {
        Issued old = AUTHORITY.issue("device-7");
        Issued renewed = AUTHORITY.issue("device-7");
        Path chain = old.writeChainTo(directory.resolve("chain.pem"));
        Path key = old.writeKeyTo(directory.resolve("key.pem"));
        TlsServer server = serving(GOOD, AUTHORITY, socket -> {});
        connect(server.uri("localhost"), tls -> tls.clientCertificate(chain, key));
        TlsServer.Accepted first = server.accepted();
        assertThat(first.clientCertificate()).isEqualTo(old.certificate());

        Files.move(renewed.writeChainTo(directory.resolve("chain.new")), chain, StandardCopyOption.REPLACE_EXISTING);
        Files.move(renewed.writeKeyTo(directory.resolve("key.new")), key, StandardCopyOption.REPLACE_EXISTING);
        first.end();
        assertThat(server.accepted().clientCertificate()).isEqualTo(renewed.certificate());
    }

    @Test
    void aRenewedAuthorityIsTrustedByTheNextConnection() throws Exception {
        TlsServer server = serving(STRANGER.issue("localhost"));
        ReactorMqttClient client = client(server.uri("localhost"), tls -> {});
        assertThat(failureOf(client.connect())).isInstanceOf(ConnectFailedException.class);
        Files.copy(
                STRANGER.writeTo(Files.createDirectory(directory.resolve("new"))),
                trusted,
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(failureOf(client.connect())).hasMessage("connected");
    }

    private static Throwable failureOf(Mono<ConnectResult> connecting) {
        return Objects.requireNonNull(connecting
                .<Throwable>map(result -> new AssertionError("connected"))
                .onErrorResume(Mono::just)
                .block(PATIENCE));
    }

    @Test
    void theServerHearsTheNameThatIsAskedFor() throws Exception {
        TlsServer server = serving(AUTHORITY.issue("broker.example"));
        connect(server.uri("localhost"), tls -> tls.serverName("broker.example"));
        ExtendedSSLSession session =
                (ExtendedSSLSession) server.accepted().connection().getSession();
        assertThat(session.getRequestedServerNames()).containsExactly(new SNIHostName("broker.example"));
    }

    @Test
    void anApplicationProtocolIsNegotiated() {
        TlsServer server = serving(GOOD, null, socket -> {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"mqtt"});
            socket.setSSLParameters(parameters);
        });
        ConnectResult result =
                connect(server.uri("localhost"), tls -> tls.applicationProtocols("x-amzn-mqtt-ca", "mqtt"));
        assertThat(Objects.requireNonNull(result.tls()).applicationProtocol()).isEqualTo("mqtt");
    }

    @Test
    void anSslContextOfTheApplicationIsUsed() throws Exception {
        TlsServer server = serving(GOOD);
        ReactorRuntime runtime = ReactorRuntime.builder()
                .sslContext(SslContextBuilder.forClient()
                        .trustManager(AUTHORITY.certificate())
                        .build())
                .build();
        TlsServer elsewhere = serving(AUTHORITY.issue("other.example"));
        for (TlsServer each : List.of(server, elsewhere)) {
            ReactorMqttClient client = ReactorMqttClient.create(
                    ClientOptions.of(options -> options.server(each.uri("localhost"))), runtime);
            clients.add(client);
            Throwable failure = failureOf(client.connect());
            if (each == server) {
                assertThat(failure).hasMessage("connected");
            } else { // the host name is verified all the same
                assertThat(failure).hasMessageContaining("for another host");
            }
        }
    }

    @Test
    void anSslContextIsAskedForAtEachAttempt() throws Exception {
        SslContext trusting = SslContextBuilder.forClient()
                .trustManager(AUTHORITY.certificate())
                .build();
        SslContext strange = SslContextBuilder.forClient()
                .trustManager(STRANGER.certificate())
                .build();
        AtomicReference<SslContext> current = new AtomicReference<>(strange);
        TlsServer server = serving(GOOD);
        ReactorMqttClient client = ReactorMqttClient.create(
                ClientOptions.of(options -> options.server(server.uri("localhost"))),
                ReactorRuntime.builder().sslContext(current::get).build());
        clients.add(client);
        assertThat(failureOf(client.connect())).hasMessageContaining("not trusted");
        current.set(trusting);
        assertThat(failureOf(client.connect())).hasMessage("connected");
    }

    // ---- certificates that are refused

    static Stream<Arguments> badCertificates() {
        Instant now = Instant.now();
        return Stream.of(
                Arguments.of("of another host", AUTHORITY.issue("other.example"), "localhost", "for another host"),
                Arguments.of("of a name, for an address", GOOD, "127.0.0.1", "for another host"),
                Arguments.of("of no host", AUTHORITY.issue("*"), "localhost", "for another host"),
                Arguments.of("of part of a label", AUTHORITY.issue("local*"), "localhost", "for another host"),
                Arguments.of("of hosts below", AUTHORITY.issue("*.localhost"), "localhost", "for another host"),
                Arguments.of(
                        "expired",
                        AUTHORITY.issue(now.minus(DAY), now.minusSeconds(60), "localhost"),
                        "localhost",
                        "has expired"),
                Arguments.of(
                        "not yet valid",
                        AUTHORITY.issue(now.plusSeconds(3600), now.plus(DAY), "localhost"),
                        "localhost",
                        "is not valid yet"),
                Arguments.of("of an unknown authority", STRANGER.issue("localhost"), "localhost", "is not trusted"),
                Arguments.of("self-signed", TestAuthority.selfSigned("localhost"), "localhost", "is not trusted"));
    }

    @ParameterizedTest(name = "a certificate {0}")
    @MethodSource("badCertificates")
    void aBadCertificateIsRefusedBeforeAnythingIsSent(String how, Issued certificate, String host, String words) {
        TlsServer server = serving(certificate);
        assertThat(refusal(server.uri(host), tls -> {})).hasMessageContaining(words);
        assertThat(server.applicationBytes()).isZero();
    }

    @Test
    void theAuthoritiesOfTheJavaRuntimeAreNotTrustedBesideOnesOwn() {
        TlsServer server = serving(GOOD);
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri("localhost")));
        clients.add(client);
        assertThat(failureOf(client.connect())).hasMessageContaining("is not trusted");
        assertThat(server.applicationBytes()).isZero();
    }

    @Test
    void aKeyThatIsNotPinnedIsRefused() {
        TlsServer server = serving(GOOD);
        assertThat(refusal(
                        server.uri("localhost"),
                        tls -> tls.pins(AUTHORITY.issue("localhost").pin())))
                .hasMessageContaining("is not pinned");
        assertThat(server.applicationBytes()).isZero();
    }

    @Test
    void theKeyOfAnIssuerIsNoPin() {
        TlsServer server = serving(GOOD);
        refusal(server.uri("localhost"), tls -> tls.pins(TestAuthority.pinOf(AUTHORITY.certificate())));
        assertThat(server.applicationBytes()).isZero();
    }

    // ---- versions and ciphers

    @ParameterizedTest
    @CsvSource({
        "TLS 1.1, 160302002A020000260302, 00002F00",
        "a cipher that was not offered, 160303002A020000260303, 00000500"
    })
    void aServerThatChoosesWhatIsTooWeakIsLeft(String what, String begin, String end) throws Exception {
        byte[] serverHello = HexFormat.of().parseHex(begin + "07".repeat(32) + end);
        ServerSocket socket = closed(answering(serverHello));
        refusal(URI.create("mqtts://localhost:" + socket.getLocalPort()), tls -> {});
    }

    @Test
    void aServerWithoutAnOfferedVersionIsNamed() {
        TlsServer server = serving(GOOD, null, socket -> socket.setSSLParameters(version(socket, "TLSv1.2")));
        assertThat(refusal(server.uri("localhost"), tls -> tls.versions("TLSv1.3")))
                .hasMessageContaining("none of the offered versions of TLS");
    }

    @Test
    void aServerWithoutAnOfferedApplicationProtocolIsNamed() {
        TlsServer server = serving(GOOD, null, socket -> {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
        });
        assertThat(refusal(server.uri("localhost"), tls -> tls.applicationProtocols("mqtt")))
                .hasMessageContaining("ALPN");
    }

    // ---- certificates of clients

    static Stream<Arguments> refusedClients() {
        Instant now = Instant.now();
        return Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(version -> Stream.of(
                        Arguments.of(version, "none", null),
                        Arguments.of(
                                version, "expired", AUTHORITY.issue(now.minus(DAY), now.minusSeconds(60), "device-7")),
                        Arguments.of(version, "of a stranger", STRANGER.issue("device-7"))));
    }

    @ParameterizedTest(name = "{0}, a client certificate: {1}")
    @MethodSource("refusedClients")
    void aClientThatTheServerRefusesIsToldSo(String version, String how, Issued certificate) {
        TlsServer server = serving(GOOD, AUTHORITY, socket -> {
            SSLParameters parameters = version(socket, version);
            parameters.setNeedClientAuth(true);
            socket.setSSLParameters(parameters);
        });
        ConnectFailedException refusal = refusal(server.uri("localhost"), tls -> {
            if (certificate != null) {
                tls.clientCertificate(
                        certificate.writeChainTo(directory.resolve("chain.pem")),
                        certificate.writeKeyTo(directory.resolve("key.pem")));
            }
        });
        assertThat(refusal).hasMessageContaining("(alert ");
        assertThat(refusal.getMessage())
                .containsAnyOf("accept the certificate of this client", "requires a client certificate");
        assertThat(server.applicationBytes()).isZero();
    }

    // ---- a Server that does not keep to it

    static Stream<Arguments> cuts() {
        return Stream.of("TLSv1.2", "TLSv1.3").flatMap(version -> Stream.of(0, 1, 2)
                .flatMap(records -> Stream.of(true, false).map(closes -> Arguments.of(version, records, closes))));
    }

    @ParameterizedTest(name = "{0}, {1} records, then closes: {2}")
    @MethodSource("cuts")
    void aHandshakeThatIsCutOffFailsInTime(String version, int records, boolean closes) {
        TlsServer server = serving(GOOD, null, socket -> socket.setSSLParameters(version(socket, version)));
        CutRelay relay = closed(CutRelay.to(server.port(), records, closes));
        URI uri = URI.create("mqtts://localhost:" + relay.port());
        Duration limit = closes ? PATIENCE : Duration.ofMillis(500);
        assertThat(refusal(uri, tls -> tls.handshakeTimeout(limit)))
                .hasMessageContaining(
                        closes ? "closed the connection during the TLS handshake" : "did not complete in time")
                .hasMessageContaining("127.0.0.1:" + relay.port());
        assertThat(server.applicationBytes()).isZero();
    }

    @Test
    void whatDoesNotSpeakTlsIsNamed() throws Exception {
        ServerSocket socket = closed(answering("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertThat(refusal(URI.create("mqtts://localhost:" + socket.getLocalPort()), tls -> {}))
                .hasMessageContaining("does not speak TLS");
    }

    /** Answers whatever is said to it with {@code bytes}. */
    private static ServerSocket answering(byte[] bytes) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try (Socket connection = socket.accept()) {
                connection.getInputStream().read();
                connection.getOutputStream().write(bytes);
                connection.getOutputStream().flush();
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                return; // the client has ended it
            }
        });
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    // ---- server names

    @ParameterizedTest
    @ValueSource(strings = {"my_broker", "", "broker.example.", "a..b", "two words"})
    void aServerNameThatIsNoneIsRefusedWhenItIsSet(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.of(options -> options.tls(tls -> tls.serverName(name))))
                .withMessageContaining("\"" + name + "\"");
    }

    @Test
    void aServerNameThatTlsRefusesFailsTheAttempt() {
        TlsServer server = serving(GOOD);
        assertThat(refusal(server.uri("localhost"), tls -> tls.serverName("-broker")))
                .hasMessageContaining("hyphen");
    }

    // ---- files

    @ParameterizedTest
    @ValueSource(strings = {"missing.pem", "rubbish.pem"})
    void anAuthorityThatCannotBeReadFailsTheAttempt(String name) throws Exception {
        Files.writeString(directory.resolve("rubbish.pem"), "rubbish");
        TlsServer server = serving(GOOD);
        assertThat(refusal(server.uri("localhost"), tls -> tls.trustedCertificates(directory.resolve(name))))
                .hasMessageContaining("the TLS options of this client cannot be used");
    }

    @Test
    void aWrongPasswordOfAKeyIsNotShown() {
        Issued certificate = AUTHORITY.issue("device-7");
        TlsServer server = serving(GOOD);
        ConnectFailedException refusal = refusal(
                server.uri("localhost"),
                tls -> tls.clientKeyStore(
                        certificate.writeKeyStoreTo(directory.resolve("key.p12"), "canary-key"), "canary-other"));
        for (Throwable each = refusal; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("canary-");
        }
    }

    // ---- the decision of the application

    private ConnectFailedException refusalOf(TlsServer server, ServerCertificateCheck check, Duration limit) {
        return refusal(server.uri("localhost"), tls -> tls.serverCertificateCheck(check)
                .handshakeTimeout(limit));
    }

    @Test
    void theApplicationDecidesAboutTheCertificate() {
        TlsServer server = serving(GOOD);
        List<X509Certificate> asked = new ArrayList<>();
        ConnectFailedException refusal = refusalOf(
                server,
                session -> {
                    asked.addAll(session.peerCertificates());
                    return Mono.error(new IllegalStateException("on the list of lost keys"));
                },
                PATIENCE);
        assertThat(refusal).hasMessageContaining("on the list of lost keys");
        assertThat(asked).startsWith(GOOD.certificate());
        assertThat(server.applicationBytes()).isZero();
    }

    @Test
    void theApplicationMayTakeItsTime() {
        TlsServer server = serving(GOOD);
        ConnectResult result = connect(
                server.uri("localhost"),
                tls -> tls.serverCertificateCheck(session -> Mono.delay(Duration.ofMillis(50))));
        assertThat(result.tls()).isNotNull();
    }

    @Test
    void aDecisionThatNeverComesEndsTheAttempt() {
        TlsServer server = serving(GOOD);
        refusalOf(server, session -> Mono.never(), Duration.ofMillis(500));
        assertThat(server.applicationBytes()).isZero();
    }

    @Test
    void aDecisionThatThrowsEndsTheAttempt() {
        TlsServer server = serving(GOOD);
        ConnectFailedException refusal = refusalOf(
                server,
                session -> {
                    throw new IllegalArgumentException("no such list");
                },
                PATIENCE);
        assertThat(refusal).hasMessageContaining("no such list");
        assertThat(server.applicationBytes()).isZero();
    }
}
