package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.WebSocketServer.BINARY;
import static io.reactivemqtt.reactor.WebSocketServer.CLOSE;
import static io.reactivemqtt.reactor.WebSocketServer.CONTINUATION;
import static io.reactivemqtt.reactor.WebSocketServer.PING;
import static io.reactivemqtt.reactor.WebSocketServer.PONG;
import static io.reactivemqtt.reactor.WebSocketServer.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.WebSocketServer.Frame;
import io.reactivemqtt.reactor.WebSocketServer.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** {@code ws} against a Server that answers as each test wants (MQTT 5.0 §6). */
class WebSocketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

    /** QoS 0, to t, with the payload abcdef. */
    private static final byte[] PUBLISH = {0x30, 10, 0, 1, 't', 0, 'a', 'b', 'c', 'd', 'e', 'f'};

    @SuppressWarnings("NullAway.Init")
    private WebSocketServer server;

    private @Nullable ReactorMqttClient client;

    @BeforeEach
    void start() {
        server = WebSocketServer.start();
    }

    @AfterEach
    void close() throws IOException {
        if (client != null) {
            client.disconnect().block(PATIENCE);
        }
        server.close();
    }

    private ReactorMqttClient client(Consumer<ClientOptions.Builder> options) {
        ReactorMqttClient created =
                ReactorMqttClient.create(builder -> options.accept(builder.server(server.uri("/mqtt"))
                        .disconnectTimeout(Duration.ofMillis(100))
                        .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(20)))));
        client = created;
        return created;
    }

    private CompletableFuture<ConnectResult> connecting(Consumer<ClientOptions.Builder> options) {
        return client(options).connect().toFuture();
    }

    /** Opens the WebSocket and MQTT in it. */
    private Peer connected(Consumer<ClientOptions.Builder> options) throws Exception {
        CompletableFuture<ConnectResult> result = connecting(options);
        Peer peer = server.next().upgrade("mqtt");
        assertThat(peer.read().payload()).startsWith(0x10);
        peer.frame(BINARY, CONNACK);
        result.get(20, TimeUnit.SECONDS);
        return peer;
    }

    private static ConnectFailedException refusal(CompletableFuture<ConnectResult> result) {
        Throwable failure = Objects.requireNonNull(result.handle((done, thrown) -> thrown)
                .orTimeout(20, TimeUnit.SECONDS)
                .join());
        assertThat(failure).isInstanceOf(ConnectFailedException.class);
        ConnectFailedException refusal = (ConnectFailedException) failure;
        assertThat(refusal.phase()).as(refusal.getMessage()).isEqualTo(Phase.WEBSOCKET);
        return refusal;
    }

    private BlockingQueue<ReceivedMessage> subscribed(Peer peer) throws IOException {
        BlockingQueue<ReceivedMessage> messages = new LinkedBlockingQueue<>();
        Objects.requireNonNull(client).subscribe("t", Qos.AT_MOST_ONCE).subscribe(messages::add);
        byte[] subscribe = peer.read().payload();
        peer.frame(BINARY, (byte) 0x90, (byte) 4, subscribe[2], subscribe[3], (byte) 0, (byte) 0);
        return messages;
    }

    private static void arrives(BlockingQueue<ReceivedMessage> messages) throws InterruptedException {
        ReceivedMessage message = messages.poll(20, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        assertThat(message.payload().asUtf8()).isEqualTo("abcdef");
    }

    // ---- the upgrade

    @Test
    @Spec({"MQTT-6.0.0-3", "MQTT-6.0.0-4"})
    void theRequestHasPathQueryHeadersAndTheSubprotocol() throws Exception {
        CompletableFuture<ConnectResult> result =
                connecting(options -> options.server(server.uri("/a/b?token=canary-query"))
                        .webSocket(webSocket -> webSocket.header("Authorization", "Bearer canary-header")));
        Peer peer = server.next();
        assertThat(peer.request().lines())
                .startsWith("GET /a/b?token=canary-query HTTP/1.1")
                .containsOnlyOnce("Authorization: Bearer canary-header")
                .anyMatch(line -> line.equalsIgnoreCase("Sec-WebSocket-Protocol: mqtt"));
        peer.upgrade("mqtt");
        Frame first = peer.read();
        assertThat(first.opcode()).isEqualTo(BINARY);
        peer.frame(BINARY, CONNACK);
        ConnectResult connected = result.get(20, TimeUnit.SECONDS);
        assertThat(connected.server()).isEqualTo(server.uri("/a/b"));
        ReactorMqttClient made = Objects.requireNonNull(client);
        assertThat(made.options().toString() + made.state() + connected).doesNotContain("canary");
    }

    @Test
    void theDefaultPathIsMqtt() throws Exception {
        CompletableFuture<ConnectResult> result = connecting(options -> options.server(server.uri("")));
        assertThat(server.next().upgrade("mqtt").request()).startsWith("GET /mqtt HTTP/1.1");
        result.cancel(true);
    }

    @Test
    void eachAttemptHasItsOwnUriAndHeaders() throws Exception {
        Peer first = connected(options -> options.beforeConnect(
                attempt -> Mono.just(attempt.withServer(URI.create(attempt.server() + "?attempt=" + attempt.number()))
                        .withWebSocket(attempt.webSocket()
                                .mutate()
                                .header("X-Attempt", "" + attempt.number())
                                .build()))));
        assertThat(first.request()).startsWith("GET /mqtt?attempt=0 ").contains("X-Attempt: 0");
        first.close();
        assertThat(server.next().request()).startsWith("GET /mqtt?attempt=1 ").contains("X-Attempt: 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 403 Forbidden | HTTP status 403 Forbidden",
                "HTTP/1.1 404 Not Found | HTTP status 404 Not Found",
                "HTTP/1.1 301 Moved | redirects are not followed",
                "HTTP/1.1 200 OK | HTTP status 200 OK",
                "SSH-2.0-OpenSSH_9 | does not speak HTTP"
            })
    void aServerThatOpensNoWebSocketIsNamedAndHearsNothingOfMqtt(String answer, String words) throws Exception {
        CompletableFuture<ConnectResult> result =
                connecting(options -> options.server(server.uri("/mqtt?token=canary-query")));
        Peer peer = server.next();
        peer.answer(answer + "\r\nContent-Length: 0\r\nLocation: " + server.uri("/elsewhere") + "\r\n\r\n");
        ConnectFailedException refusal = refusal(result);
        assertThat(refusal)
                .hasMessageContaining(words)
                .hasMessageContaining("/mqtt")
                .hasMessageNotContaining("canary");
        assertThat(peer.bytesUntilClosed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mqttv3.1", "chat"})
    @Spec("MQTT-6.0.0-4")
    void aServerThatChoosesAnotherSubprotocolIsLeft(String subprotocol) throws Exception {
        CompletableFuture<ConnectResult> result = connecting(options -> {});
        Peer peer = server.next().upgrade(subprotocol);
        assertThat(refusal(result)).hasMessageContaining("subprotocol");
        assertThat(peer.bytesUntilClosed()).isZero();
    }

    @Test
    void aServerThatDoesNotAnswerIsLeftInTime() throws Exception {
        CompletableFuture<ConnectResult> result = connecting(options -> options.connectTimeout(Duration.ofMillis(200)));
        Peer peer = server.next();
        assertThat(refusal(result)).hasMessageContaining("did not answer within PT0.2S");
        assertThat(peer.bytesUntilClosed()).isZero();
    }

    @Test
    void aServerThatClosesInsteadIsNamed() throws Exception {
        CompletableFuture<ConnectResult> result = connecting(options -> {});
        server.next().close();
        assertThat(refusal(result)).hasMessageContaining("closed the connection during the upgrade");
    }

    @Test
    void whoLeavesDuringTheUpgradeClosesTheConnection() throws Exception {
        CompletableFuture<ConnectResult> result = connecting(options -> options.connectTimeout(Duration.ofMinutes(5)));
        Peer peer = server.next();
        result.cancel(true);
        assertThat(peer.bytesUntilClosed()).isZero(); // before the time limit of this test's reads
    }

    // ---- frames

    @Test
    @Spec("MQTT-6.0.0-2")
    void packetsMayBeSplitAndJoinedOverFramesInEveryWay() throws Exception {
        Peer peer = connected(options -> {});
        BlockingQueue<ReceivedMessage> messages = subscribed(peer);
        for (int cut = 0; cut <= PUBLISH.length; cut++) {
            byte[] head = Arrays.copyOf(PUBLISH, cut);
            byte[] tail = Arrays.copyOfRange(PUBLISH, cut, PUBLISH.length);
            peer.frame(BINARY, head).frame(PING, (byte) cut).frame(BINARY, tail); // two messages
            arrives(messages);
            Frame pong = peer.read();
            assertThat(pong.opcode()).isEqualTo(PONG);
            assertThat(pong.payload()).containsExactly(cut);
            peer.frame(false, BINARY, head).frame(PING).frame(true, CONTINUATION, tail); // one message
            arrives(messages);
            assertThat(peer.read().opcode()).isEqualTo(PONG);
        }
        for (byte each : PUBLISH) {
            peer.frame(BINARY, each).frame(BINARY);
        }
        arrives(messages);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            many.writeBytes(PUBLISH);
        }
        many.write(PUBLISH, 0, 5);
        peer.frame(BINARY, many.toByteArray()).frame(BINARY, Arrays.copyOfRange(PUBLISH, 5, PUBLISH.length));
        for (int i = 0; i < 4; i++) {
            arrives(messages);
        }
    }

    @Test
    void aLargeMessageLeavesInFramesThatServersTake() throws Exception {
        Peer peer = connected(options -> {});
        byte[] payload = new byte[200_000];
        Arrays.fill(payload, (byte) 7);
        Objects.requireNonNull(client)
                .publish(ApplicationMessage.of(TopicName.of("t"), Payload.of(payload), Qos.AT_MOST_ONCE))
                .block(PATIENCE);
        List<Integer> sizes = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < 200_000 + 8) {
            Frame frame = peer.read();
            assertThat(frame.opcode()).isEqualTo(BINARY);
            sizes.add(frame.payload().length);
            all.writeBytes(frame.payload());
        }
        assertThat(sizes).hasSizeGreaterThan(3).allMatch(size -> size <= 65_536);
        assertThat(all.toByteArray()).startsWith(0x30).endsWith(payload);
    }

    private MqttException lossOf(Peer peer, int opcode, byte... payload) throws Exception {
        CompletableFuture<MqttException> lost = Objects.requireNonNull(client)
                .events()
                .ofType(ClientEvent.Disconnected.class)
                .mapNotNull(ClientEvent.Disconnected::cause)
                .next()
                .toFuture();
        peer.frame(opcode, payload);
        return lost.get(20, TimeUnit.SECONDS);
    }

    @Test
    @Spec("MQTT-6.0.0-1")
    void textEndsTheConnection() throws Exception {
        Peer peer = connected(options -> {});
        assertThat(lossOf(peer, TEXT, (byte) 'x')).hasMessageContaining("text through the WebSocket");
        assertThat(server.next().request()).startsWith("GET /mqtt "); // it comes back
    }

    @Test
    void theReasonOfACloseIsTold() throws Exception {
        Peer peer = connected(options -> {});
        assertThat(lossOf(peer, CLOSE, (byte) 0x03, (byte) 0xF0, (byte) 'n', (byte) 'o'))
                .hasMessageContaining("status 1008 (\"no\")");
    }

    @Test
    void aFrameBeyondMaximumPacketSizeEndsTheConnection() throws Exception {
        Peer peer = connected(options -> options.session(session -> session.maximumPacketSize(70_000)));
        assertThat(lossOf(peer, BINARY, new byte[70_001])).hasMessageContaining("70000");
    }

    @Test
    void disconnectingClosesTheWebSocketBehindTheDisconnect() throws Exception {
        Peer peer = connected(options -> {});
        Objects.requireNonNull(client).disconnect().block(PATIENCE);
        assertThat(peer.read().payload()).startsWith(0xE0);
        Frame close = peer.read();
        assertThat(close.opcode()).isEqualTo(CLOSE);
        assertThat(close.payload()).startsWith(0x03, 0xE8); // 1000, normal closure
        assertThat(peer.bytesUntilClosed()).isZero();
    }
}
