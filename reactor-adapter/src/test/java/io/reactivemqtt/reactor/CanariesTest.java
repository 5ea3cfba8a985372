package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.client.ScramSha256;
import io.reactivemqtt.client.WebSocketOptions;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import io.reactivemqtt.testsupport.TestAuthority;
import io.reactivemqtt.testsupport.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.Loggers;

/** A client with a canary in every place for a secret: whatever happens to it, nobody who listens hears one. */
@Tag("alone")
class CanariesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final TestAuthority AUTHORITY = TestAuthority.create("the authority");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Overheard overheard = Overheard.begin();
    private final List<ReactorMqttClient> clients = new ArrayList<>();
    private final List<AutoCloseable> servers = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (ReactorMqttClient client : clients) {
            overheard.look(client.options());
            overheard.look(client.state());
            overheard.look(client.statistics());
            overheard.look(client);
            client.disconnect().block(PATIENCE);
        }
        for (AutoCloseable server : servers) {
            server.close();
        }
        overheard.close();
        assertThat(overheard.canaries()).isEmpty();
    }

    private <S extends AutoCloseable> S closed(S server) {
        servers.add(server);
        return server;
    }

    private static ApplicationMessage message(Qos qos) {
        return ApplicationMessage.to("t")
                .payload(Payload.utf8("canary-payload"))
                .qos(qos)
                .contentType("canary-type")
                .correlationData(Payload.utf8("canary-correlation"))
                .userProperty("token", "canary-property")
                .build();
    }

    private ReactorMqttClient client(Consumer<ClientOptions.Builder> options) {
        ReactorMqttClient client =
                ReactorMqttClient.create(builder -> options.accept(builder.observer(ClientObserver.logging("me"))
                        .userName("canary-user")
                        .password("canary-password")
                        .will(Will.of(message(Qos.AT_LEAST_ONCE)))
                        .connectSettings(settings ->
                                settings.userProperties(UserProperties.of("token", "canary-connect-property")))
                        .webSocket(webSocket -> webSocket.header("Authorization", "Bearer canary-header"))
                        .disconnectTimeout(Duration.ofMillis(200))
                        .connectTimeout(Duration.ofSeconds(5))
                        .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(10))
                                .maxRedirects(1)
                                .trustRedirectsTo(server -> true))));
        clients.add(client);
        client.events().subscribe(overheard::look);
        client.states().subscribe(overheard::look);
        return client;
    }

    /** Connects, and listens to how that ends. */
    private CompletableFuture<@Nullable Object> connecting(ReactorMqttClient client) {
        return client.connect()
                .<Object>map(result -> result)
                .onErrorResume(failure -> Mono.<Object>just(failure))
                .doOnNext(overheard::look)
                .toFuture();
    }

    private static Object ended(CompletableFuture<@Nullable Object> connecting) throws Exception {
        return Objects.requireNonNull(connecting.get(20, TimeUnit.SECONDS));
    }

    private void fails(ReactorMqttClient client) throws Exception {
        assertThat(ended(connecting(client))).isInstanceOf(Exception.class);
    }

    private void heardOf(String... words) {
        for (String word : words) {
            assertThat(overheard.lines()).as(word).anyMatch(line -> line.contains(word));
        }
    }

    // ---- the listener itself

    @Test
    @SuppressWarnings({"SystemOut", "ThrowableNotThrown"})
    void theListenerHearsEverySpeaker() {
        try (Overheard listener = Overheard.begin()) {
            System.getLogger("a.system.logger").log(System.Logger.Level.TRACE, "1 canary-x");
            Loggers.getLogger("a.reactor.logger").trace("2 {}", "canary-x");
            io.netty.util.internal.logging.InternalLoggerFactory.getInstance("a.netty.logger")
                    .debug("3", new IOException(new IllegalStateException("canary-x")));
            System.out.println("4 canary-x");
            System.err.printf("5 %s%n", "canary-x");
            listener.look(new IOException("6", new IOException("canary-x")));
            listener.look(Will.of(ApplicationMessage.of("7canary-x", "", Qos.AT_MOST_ONCE)));
            assertThat(listener.canaries()).hasSize(7);
        }
    }

    // ---- MQTT

    @Test
    void messagesAuthenticationLossesRefusalsAndRedirectsTellNoSecret() throws Exception {
        ScriptedServer server = closed(ScriptedServer.start(PATIENCE));
        ScriptedServer other = closed(ScriptedServer.start(PATIENCE));
        Path file = directory.resolve("store");
        SqliteSessionStore store = closed(SqliteSessionStore.at(file));
        AtomicInteger said = new AtomicInteger();
        ReactorMqttClient client = client(options -> options.server(server.uri())
                .durableSession("me", Duration.ofHours(1), store)
                .credentials(attempt -> Mono.just(Credentials.of("canary-user", "canary-token")))
                .authenticator(Authenticator.ofOneStep(
                        "M", attempt -> Mono.just(Payload.utf8("canary-auth-" + said.incrementAndGet())))));
        CompletableFuture<@Nullable Object> result = connecting(client);
        ScriptedConnection connection = accepted(server, false);
        assertThat(ended(result)).isInstanceOf(ConnectResult.class);

        client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(overheard::look, overheard::look);
        Subscribe subscribe = connection.expect(Subscribe.class);
        connection.send(new SubAck(subscribe.packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1)));
        connection.send(new Publish(message(Qos.AT_LEAST_ONCE), 1, false));
        connection.expect(PubAck.class);
        CompletableFuture<Object> refused = published(client, Qos.AT_LEAST_ONCE);
        Publish publish = connection.expect(Publish.class);
        assertThat(publish.message().payload().asUtf8()).isEqualTo("canary-payload");
        connection.send(new PubAck(publish.packetIdentifier(), ReasonCode.NOT_AUTHORIZED));
        refused.get(20, TimeUnit.SECONDS);
        CompletableFuture<Object> lasting = published(client, Qos.EXACTLY_ONCE);
        connection.send(new PubRec(connection.expect(Publish.class).packetIdentifier(), ReasonCode.SUCCESS));
        connection.expect(PubRel.class);
        overheard.look(client.inspectSession().block(PATIENCE));
        overheard.look(client.inspectSessionWithMessages().block(PATIENCE));

        CompletableFuture<@Nullable Void> again = client.reauthenticate().toFuture();
        assertThat(connection.expect(Auth.class).reasonCode()).isEqualTo(ReasonCode.REAUTHENTICATE);
        connection.send(
                new Auth(ReasonCode.SUCCESS, "M", Payload.utf8("canary-auth-last"), null, UserProperties.EMPTY));
        again.get(20, TimeUnit.SECONDS);

        connection.reset();
        ScriptedConnection second = accepted(server, true);
        second.sendBytes("\0\0canary-rubbish".getBytes(StandardCharsets.US_ASCII));
        accepted(server, true).send(new Disconnect(ReasonCode.SERVER_BUSY));
        ScriptedConnection third = server.accept();
        third.expect(Connect.class);
        third.send(ConnAck.builder()
                .reasonCode(ReasonCode.USE_ANOTHER_SERVER)
                .serverReference("127.0.0.1:" + other.port())
                .build());
        ScriptedConnection last = accepted(other, true);
        last.send(new Disconnect(ReasonCode.NOT_AUTHORIZED));
        ScriptedConnection refusing = server.accept();
        refusing.expect(Connect.class);
        refusing.send(ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        overheard.look(client.disconnect(Duration.ofMillis(10)).block(PATIENCE));
        lasting.get(20, TimeUnit.SECONDS);

        heardOf("sent Connect[", "received Publish[", "sent Auth[", "ServerMoved[", "reactor.netty", "thrown: ");
        assertThat(textOf(file))
                .contains("canary-payload")
                .doesNotContain("canary-user", "canary-password", "canary-token", "canary-auth", "canary-header");
    }

    private CompletableFuture<Object> published(ReactorMqttClient client, Qos qos) {
        return client.publish(message(qos))
                .<Object>map(result -> result)
                .onErrorResume(failure -> Mono.<Object>just(failure))
                .doOnNext(overheard::look)
                .defaultIfEmpty("nothing")
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    private static ScriptedConnection accepted(ScriptedServer server, boolean sessionPresent) {
        ScriptedConnection connection = server.accept();
        Connect connect = connection.expect(Connect.class);
        assertThat(Objects.requireNonNull(connect.password()).asUtf8()).isEqualTo("canary-token");
        assertThat(Objects.requireNonNull(connect.authenticationData()).asUtf8())
                .startsWith("canary-auth");
        connection.send(ConnAck.builder()
                .sessionPresent(sessionPresent)
                .authenticationMethod("M")
                .authenticationData(Payload.utf8("canary-auth-end"))
                .build());
        return connection;
    }

    /** Returns what is in the file of the store and those beside it. */
    private static String textOf(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(Objects.requireNonNull(file.getParent()))) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(each, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"r=another,s=Y2FuYXJ5LXNhbHQ=,i=4096", "rubbish", "e=other-error"})
    void scramThatFailsTellsNoSecret(String answer) throws Exception {
        ScriptedServer server = closed(ScriptedServer.start(PATIENCE));
        ReactorMqttClient client = client(
                options -> options.server(server.uri()).authenticator(ScramSha256.of("canary-user", "canary-scram")));
        CompletableFuture<@Nullable Object> result = connecting(client);
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(new Auth(
                ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-256", Payload.utf8(answer), null, UserProperties.EMPTY));
        assertThat(ended(result)).isInstanceOf(Exception.class);
    }

    // ---- the ways to a Server

    @Test
    void keysAndTheirPasswordsAreNotTold() throws Exception {
        Issued certificate = AUTHORITY.issue("device-7");
        Path chain = certificate.writeChainTo(directory.resolve("chain.pem"));
        Path inClear = certificate.writeKeyTo(directory.resolve("clear.pem"));
        Path encrypted = certificate.writeKeyTo(directory.resolve("key.pem"), "canary-key");
        Path store = certificate.writeKeyStoreTo(directory.resolve("key.p12"), "canary-p12");
        TlsServer server = closed(TlsServer.start(AUTHORITY.issue("localhost"), AUTHORITY, socket -> {}));
        TlsServer wrong = closed(TlsServer.start(AUTHORITY.issue("other.example")));
        Path trusted = AUTHORITY.writeTo(directory);
        for (TlsServer each : List.of(server, wrong)) {
            for (ReactorMqttClient client : List.of(
                    client(options -> options.server(each.uri("localhost"))
                            .tls(tls -> tls.trustedCertificates(trusted).clientCertificate(chain, inClear))),
                    client(options -> options.server(each.uri("localhost")).tls(tls -> tls.trustedCertificates(trusted)
                            .clientCertificate(chain, encrypted, "canary-key"))),
                    client(options -> options.server(each.uri("localhost"))
                            .tls(tls -> tls.trustedCertificates(trusted).clientKeyStore(store, "canary-p12"))))) {
                assertThat(ended(connecting(client)))
                        .isInstanceOf(each == server ? ConnectResult.class : Exception.class);
            }
        }
        URI uri = server.uri("localhost");
        Path broken = Files.writeString(
                directory.resolve("broken.pem"), Files.readString(inClear).replace("MI", "canary-MI"));
        fails(client(options -> options.server(uri).tls(tls -> tls.clientCertificate(chain, encrypted, "canary-no"))));
        fails(client(options -> options.server(uri).tls(tls -> tls.clientKeyStore(store, "canary-no"))));
        fails(client(options -> options.server(uri).tls(tls -> tls.clientCertificate(chain, broken))));
        fails(client(options -> options.server(uri).tls(tls -> tls.clientKeyStore(broken, "canary-no"))));
        heardOf("io.netty.handler.ssl");
        String key = Files.readAllLines(inClear).get(1);
        assertThat(key).hasSize(64);
        assertThat(overheard.canaries(key, key.substring(8, 40))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 401 Unauthorized", "HTTP/1.1 302 Found", "rubbish", "chat", "mqtt", "frame"})
    void aWebSocketTellsNoQueryAndNoHeader(String answer) throws Exception {
        WebSocketServer server = closed(WebSocketServer.start());
        ReactorMqttClient client = client(options -> options.server(server.uri("/mqtt?signature=canary-query"))
                .reconnect(policy -> policy.backoff(Duration.ofSeconds(10), Duration.ofSeconds(10))));
        CompletableFuture<@Nullable Object> result = connecting(client);
        WebSocketServer.Peer peer = server.next();
        assertThat(peer.request()).contains("canary-query", "Bearer canary-header");
        switch (answer) {
            case "mqtt", "chat" -> peer.upgrade(answer);
            case "frame" -> peer.upgrade("mqtt").frame(WebSocketServer.TEXT, (byte) 'x');
            default -> peer.answer(answer + "\r\nContent-Length: 0\r\n\r\n");
        }
        if (answer.equals("mqtt")) {
            assertThat(new String(peer.read().payload(), StandardCharsets.UTF_8))
                    .contains("canary-password");
            peer.frame(WebSocketServer.BINARY, (byte) 0x20, (byte) 3, (byte) 0, (byte) 0, (byte) 0);
            assertThat(ended(result)).isInstanceOf(ConnectResult.class);
            peer.close();
            client.disconnect().block(PATIENCE);
            heardOf("Disconnected[");
        } else {
            assertThat(ended(result)).isInstanceOf(Exception.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http HTTP/1.1 407 Proxy Authentication Required",
                "http rubbish",
                "socks5 \5\2\1\1",
                "socks5 rubbish"
            })
    void aProxyThatRefusesTellsNoPassword(String schemeAndAnswer) throws Exception {
        String[] words = schemeAndAnswer.split(" ", 2);
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> answer(proxy, words[1]));
            fails(client(options -> options.server("mqtt://server.invalid")
                    .proxy(words[0] + "://canary-user:canary-proxy@localhost:" + proxy.getLocalPort())));
            answering.get(20, TimeUnit.SECONDS);
        }
        try (RefusingPort nobody = RefusingPort.open()) {
            fails(client(options -> options.server("mqtt://server.invalid")
                    .proxy(words[0] + "://canary-user:canary-proxy@localhost:"
                            + nobody.uri().getPort())));
        }
    }

    private static void answer(ServerSocket proxy, String answer) {
        try (Socket connection = proxy.accept()) {
            connection.getInputStream().read(new byte[1024]);
            boolean isBinary = answer.charAt(0) < ' ';
            connection
                    .getOutputStream()
                    .write((isBinary ? answer : answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return; // the client has left before
        }
    }

    // ---- mistakes

    private void refuses(ThrowingCallable mistake) {
        try {
            mistake.call();
        } catch (Throwable refusal) {
            overheard.look(refusal);
            return;
        }
        throw new AssertionError("nobody has refused that");
    }

    @Test
    void optionsThatAreRefusedAreNotQuoted() {
        for (String uri : List.of(
                "mqtt://user:canary-a@host",
                "mqtt://user:canary-a@ho st",
                "mqtt://user:canary-a%40host",
                "mqtt:user:canary-a@host",
                "ssl://canary-a:host",
                "canary-a@host",
                "ws://host:99999/path?canary-a",
                "ws://host/path?a#canary-a",
                "mqtt://host/canary-a",
                "mqtt+unix://user:canary-a@host/path")) {
            refuses(() -> ClientOptions.builder().server(uri));
            refuses(() -> ClientOptions.builder().servers("mqtt://host", uri));
        }
        for (String uri : List.of(
                "http://user:canary-a@ho st",
                "ftp://user:canary-a@host",
                "http://user:canary-a@host/path",
                "canary-a")) {
            refuses(() -> ProxyOptions.of(uri));
        }
        refuses(() -> ProxyOptions.of("socks4://host").withCredentials("canary-user", "canary-a"));
        refuses(() -> WebSocketOptions.builder().header("Authorization", "canary-a\n"));
        refuses(() -> ClientOptions.builder().password("canary-a".repeat(10_000)));
        refuses(() -> Credentials.of("canary-user\0", "canary-a"));
        refuses(() -> Credentials.ofToken("canary-a".repeat(10_000)));
        overheard.look(Credentials.of("canary-user", "canary-a"));
        overheard.look(ScramSha256.of("canary-user", "canary-a"));
        overheard.look(ProxyOptions.of("http://canary-user:canary-a@host"));
    }
}
