package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.reactor.ReachedServer.Way;
import io.reactivemqtt.testkit.server.FreePort;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies between the client and the Server: real ones, and some that do not do what they should. */
@MqttServer(ServerKind.MOSQUITTO)
class ProxyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningServer server;
    private final List<AutoCloseable> open = new ArrayList<>();

    ProxyTest(RunningServer server) {
        this.server = server;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <C extends AutoCloseable> C closed(C resource) {
        open.add(resource);
        return resource;
    }

    private ReactorMqttClient client(Consumer<ClientOptions.Builder> options) {
        ReactorMqttClient client = ReactorMqttClient.create(builder -> options.accept(builder.server(server.uri())
                .userName("canary-user")
                .password("canary-password")
                .observer(ClientObserver.logging("behind a proxy"))
                .disconnectTimeout(Duration.ofMillis(500))));
        closed(() -> client.disconnect().block(PATIENCE));
        return client;
    }

    /** Connects, and sends a message to itself. */
    private void works(Consumer<ClientOptions.Builder> options) throws Exception {
        ReactorMqttClient client = client(options);
        client.connect().block(PATIENCE);
        CompletableFuture<Void> granted = new CompletableFuture<>();
        CompletableFuture<String> arrived = client.subscribe(subscription ->
                        subscription.filter("proxy").qos(Qos.EXACTLY_ONCE).onGranted(code -> granted.complete(null)))
                .map(message -> message.payload().asUtf8())
                .next()
                .toFuture();
        granted.get(20, TimeUnit.SECONDS);
        client.publish(ApplicationMessage.of("proxy", "through", Qos.EXACTLY_ONCE))
                .block(PATIENCE);
        assertThat(arrived.get(20, TimeUnit.SECONDS)).isEqualTo("through");
    }

    private ConnectFailedException refusal(Consumer<ClientOptions.Builder> options) {
        ConnectFailedException refusal = catchThrowableOfType(
                ConnectFailedException.class, () -> client(options).connect().block(PATIENCE));
        assertThat(refusal).isNotNull();
        assertThat(refusal.phase()).as(refusal.getMessage()).isEqualTo(Phase.PROXY);
        for (Throwable each = refusal; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("canary");
        }
        return refusal;
    }

    // ---- real ones

    @ParameterizedTest
    @ValueSource(strings = {"", "user canary-proxy"})
    void anHttpProxyIsGoneThrough(String credentials) throws Exception {
        RunningProxy proxy = closed(RunningProxy.http(credentials));
        works(options -> options.proxy("http://" + inUri(credentials) + "localhost:" + proxy.port()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user canary-proxy"})
    void aSocksProxyIsGoneThrough(String credentials) throws Exception {
        RunningProxy proxy = closed(RunningProxy.socks5(credentials));
        works(options -> options.proxy("socks5://" + inUri(credentials) + "localhost:" + proxy.port()));
    }

    private static String inUri(String credentials) {
        return credentials.isEmpty() ? "" : credentials.replace(' ', ':') + "@";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user:canary-wrong@"})
    void anHttpProxyThatWantsOtherCredentialsIsNamed(String credentials) throws Exception {
        RunningProxy proxy = closed(RunningProxy.http("user canary-proxy"));
        assertThat(refusal(options -> options.proxy("http://" + credentials + "localhost:" + proxy.port())))
                .hasMessageContaining("the proxy HTTP localhost:" + proxy.port())
                .hasMessageContaining("40"); // 401, or 407 as the standard has it
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user:canary-wrong@"})
    void aSocksProxyThatWantsOtherCredentialsIsNamed(String credentials) throws Exception {
        RunningProxy proxy = closed(RunningProxy.socks5("user canary-proxy"));
        assertThat(refusal(options -> options.proxy("socks5://" + credentials + "localhost:" + proxy.port())))
                .hasMessageContaining("the proxy SOCKS5 localhost:" + proxy.port());
    }

    @ParameterizedTest
    @CsvSource({"TLS, http", "TLS, socks5", "SECURE_WEB_SOCKET, http", "SECURE_WEB_SOCKET, socks5"})
    void tlsAndWebSocketGoThroughAProxyToTheServerWithItsName(Way way, String scheme) throws Exception {
        ReachedServer reached = closed(ReachedServer.start(way));
        RunningProxy proxy = closed(scheme.equals("http") ? RunningProxy.http("") : RunningProxy.socks5(""));
        works(options ->
                options.server(reached.uri()).tls(reached::secure).proxy(scheme + "://localhost:" + proxy.port()));
    }

    @Test
    void aServerThatTheProxyCannotReachIsNamed() throws Exception {
        RunningProxy proxy = closed(RunningProxy.socks5(""));
        int nobody = FreePort.find();
        ConnectFailedException refusal = refusal(
                options -> options.server("mqtt://localhost:" + nobody).proxy("socks5://localhost:" + proxy.port()));
        assertThat(refusal).hasMessageStartingWith("could not connect to mqtt://localhost:" + nobody);
    }

    // ---- others

    @Test
    void aSocks4ProxyGetsTheNameAndTheUser() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> socks4(proxy));
            ReactorMqttClient client = client(options -> options.server("mqtt://server.invalid:4711")
                    .proxy(ProxyOptions.of("socks4://localhost:" + proxy.getLocalPort())
                            .withUserName("user")));
            client.connect().block(PATIENCE);
            assertThat(request.get(20, TimeUnit.SECONDS)).isEqualTo("4711 user server.invalid");
        }
    }

    /** Answers one request of SOCKS 4a, and then as a Server does; returns port, user and host. */
    private static String socks4(ServerSocket proxy) {
        try {
            Socket connection = proxy.accept();
            DataInputStream in = new DataInputStream(connection.getInputStream());
            in.readNBytes(2);
            int port = in.readUnsignedShort();
            in.readNBytes(4);
            String user = untilZero(in);
            String host = untilZero(in);
            connection.getOutputStream().write(new byte[] {0, 0x5A, 0, 0, 0, 0, 0, 0});
            in.read(); // CONNECT
            connection.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
            return port + " " + user + " " + host;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String untilZero(DataInputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int each = in.read(); each > 0; each = in.read()) {
            text.append((char) each);
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks4", "socks5"})
    void aProxyThatStallsIsLeftInTime(String scheme) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(options -> options.connectTimeout(Duration.ofMillis(300))
                            .proxy(scheme + "://localhost:" + silent.getLocalPort())))
                    .hasMessageContaining("timeout");
        }
    }

    @ParameterizedTest
    @CsvSource({"http, HTTP/1.1 502 Bad Gateway", "http, rubbish", "socks4, rubbish", "socks5, rubbish", "socks5, ''"})
    void aProxyThatRefusesOrAnswersRubbishIsNamed(String scheme, String answer) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
                try (Socket connection = proxy.accept()) {
                    connection.getInputStream().read(new byte[1024]);
                    connection.getOutputStream().write((answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            refusal(options -> options.proxy(scheme + "://localhost:" + proxy.getLocalPort()));
            answering.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aProxyThatIsNotThereIsNamed() {
        int nobody = FreePort.find();
        assertThat(refusal(options -> options.proxy("http://localhost:" + nobody)))
                .hasMessageContaining("the proxy HTTP localhost:" + nobody)
                .hasMessageContaining("Connection refused");
    }

    @Test
    void someServersAreReachedWithoutTheProxy() throws Exception {
        int nobody = FreePort.find();
        List<String> asked = new ArrayList<>();
        works(options ->
                options.proxy(ProxyOptions.of("http://localhost:" + nobody).except(host -> {
                    asked.add(host);
                    return Arrays.asList("127.0.0.1", "localhost").contains(host);
                })));
        assertThat(asked).containsOnly("127.0.0.1");
    }
}
