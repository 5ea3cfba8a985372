package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The client over real TCP: how bytes come and go, and how connections end. */
class TransportTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ScriptedServer server = ScriptedServer.start();
    private final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();

    @AfterEach
    void closeTheServer() {
        server.close();
    }

    private ReactorMqttClient client(Consumer<ClientOptions.Builder> options) {
        ReactorMqttClient client = ReactorMqttClient.create(builder -> {
            builder.server(server.uri())
                    .disconnectTimeout(Duration.ofMillis(100))
                    .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(50)));
            options.accept(builder);
        });
        client.events().subscribe(events::add);
        return client;
    }

    private static ScriptedConnection connect(ReactorMqttClient client, ScriptedServer server) {
        Mono<ConnectResult> connecting = client.connect().cache();
        Disposable attempt = connecting.subscribe();
        ScriptedConnection connection = server.acceptAndConnect(false);
        connecting.block(PATIENCE);
        attempt.dispose();
        return connection;
    }

    private <E extends ClientEvent> E next(Class<E> type) throws InterruptedException {
        while (true) {
            ClientEvent event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event of " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void packetsArriveWhateverTheSegments(int pieceSize) {
        ReactorMqttClient client = client(options -> {});
        ScriptedConnection connection = connect(client, server);
        StepVerifier messages = StepVerifier.create(client.subscribe("a/#", Qos.AT_LEAST_ONCE))
                .expectNextMatches(message -> message.topicName().toString().equals("a/1"))
                .expectNextMatches(message -> message.topicName().toString().equals("a/2"))
                .thenCancel()
                .verifyLater();
        Subscribe subscribe = connection.expect(Subscribe.class);

        connection.sendInPieces(
                pieceSize,
                new SubAck(subscribe.packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1)),
                publish1("a/1", 1),
                publish1("a/2", 2));

        messages.verify(PATIENCE);
        assertThat(connection.expect(PubAck.class).packetIdentifier()).isEqualTo(1);
        assertThat(connection.expect(PubAck.class).packetIdentifier()).isEqualTo(2);
        client.disconnect().block(PATIENCE);
    }

    @Test
    void aLargeMessageGoesOutAndComesIn() {
        byte[] bytes = new byte[1_000_000];
        bytes[999_999] = 42;
        ApplicationMessage large = ApplicationMessage.of(TopicName.of("a"), Payload.of(bytes), Qos.AT_LEAST_ONCE);
        ReactorMqttClient client = client(options -> {});
        ScriptedConnection connection = connect(client, server);
        StepVerifier messages = StepVerifier.create(client.subscribe("a", Qos.AT_LEAST_ONCE))
                .expectNextMatches(message -> message.message().equals(large))
                .thenCancel()
                .verifyLater();
        int subscribe = connection.expect(Subscribe.class).packetIdentifier();
        StepVerifier publish = StepVerifier.create(client.publish(large))
                .expectNextCount(1)
                .expectComplete()
                .verifyLater();

        Publish sent = connection.expect(Publish.class);
        assertThat(sent.message()).isEqualTo(large);
        connection.send(new SubAck(subscribe, List.of(ReasonCode.GRANTED_QOS_1)));
        connection.send(new PubAck(sent.packetIdentifier(), ReasonCode.SUCCESS), new Publish(large, 1, false));

        publish.verify(PATIENCE);
        messages.verify(PATIENCE);
        client.disconnect().block(PATIENCE);
    }

    @Test
    @Spec("MQTT-3.1.2-24")
    void aPacketAboveTheMaximumPacketSizeIsRefusedWithoutItsBody() {
        ReactorMqttClient client = client(options -> options.session(session -> session.maximumPacketSize(100)));
        ScriptedConnection connection = connect(client, server);

        connection.sendBytes(0x30, 0x63, 0x00); // 99 + 2 bytes announced, three sent

        connection.expect(new Disconnect(ReasonCode.PACKET_TOO_LARGE));
        connection.expectClosed();
        client.disconnect().block(PATIENCE);
    }

    @Test
    void beforeConnAckOnlySmallPacketsAreTaken() {
        ReactorMqttClient client = client(options -> {});
        StepVerifier connecting =
                StepVerifier.create(client.connect()).expectError().verifyLater();
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);

        connection.sendBytes(0x20, 0xFF, 0xFF, 0x3F); // CONNACK of 1 MiB

        connection.expect(new Disconnect(ReasonCode.PACKET_TOO_LARGE));
        connection.expectClosed();
        connecting.verify(PATIENCE);
    }

    @Test
    @Spec("MQTT-4.4.0-1")
    void whatACutConnectionLeftUnacknowledgedIsSentAgainOnTheNext() throws InterruptedException {
        ReactorMqttClient client = client(options -> options.cleanSession(false));
        ScriptedConnection first = connect(client, server);
        StepVerifier publish = StepVerifier.create(client.publish(qos1("a")))
                .expectNextCount(1)
                .expectComplete()
                .verifyLater();
        first.expect(publish1("a", 1));

        first.reset();
        ScriptedConnection second = server.acceptAndConnect(true);
        second.expect(new Publish(qos1("a"), 1, true));
        second.send(new PubAck(1, ReasonCode.SUCCESS));

        publish.verify(PATIENCE);
        assertThat(next(ClientEvent.SessionResumed.class).publishesToRepeat()).isEqualTo(1);
        client.disconnect().block(PATIENCE);
    }

    @Test
    @Spec({"MQTT-4.13.2-1", "MQTT-3.1.4-3"})
    void aDisconnectOfTheServerEndsTheConnectionAtOnce() throws InterruptedException {
        ReactorMqttClient client = client(options -> {});
        ScriptedConnection first = connect(client, server);
        first.send(new Disconnect(ReasonCode.SERVER_BUSY)); // and the Server leaves its side open
        first.expectClosed();

        ScriptedConnection second = server.acceptAndConnect(false); // nobody had to ask
        second.send(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));

        assertThat(next(ClientEvent.ReconnectStopped.class).cause().reasonCode())
                .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        server.expectNoConnection(Duration.ofMillis(200));
        client.disconnect().block(PATIENCE);
    }

    @Test
    void aConnectOfTheServerEndsTheConnectionAndNotTheClient() {
        ReactorMqttClient client = client(options -> {});
        ScriptedConnection first = connect(client, server);

        first.sendBytes(0x10, 0x03, 0x00, 0x00, 0x00); // without a Protocol Name, of level 0

        first.expect(new Disconnect(ReasonCode.PROTOCOL_ERROR));
        first.expectClosed();
        server.acceptAndConnect(false); // nobody had to ask
        assertThat(events).noneMatch(ClientEvent.ReconnectStopped.class::isInstance);
        client.disconnect().block(PATIENCE);
    }

    @Test
    void halfAPacketIsForgottenWithItsConnection() throws InterruptedException {
        ReactorMqttClient client = client(options -> options.cleanSession(false));
        ScriptedConnection first = connect(client, server);
        first.cutAfter(5, publish1("a", 1));
        next(ClientEvent.Disconnected.class);

        ScriptedConnection second = server.acceptAndConnect(true);
        second.send(publish1("b", 2));

        assertThat(second.expect(PubAck.class).packetIdentifier()).isEqualTo(2);
        client.disconnect().block(PATIENCE);
    }

    @Test
    @Spec({"MQTT-3.1.2-20", "MQTT-3.12.4-1"})
    void theConnectionIsKeptAliveInRealTime() {
        ReactorMqttClient client = client(options -> options.keepAlive(Duration.ofSeconds(1)));
        ScriptedConnection connection = connect(client, server);

        for (int i = 0; i < 3; i++) {
            connection.expect(PingReq.INSTANCE);
            connection.send(PingResp.INSTANCE);
        }
        client.disconnect().block(PATIENCE);
    }

    @Test
    void aRefusedPortIsAClearError() {
        try (RefusingPort port = RefusingPort.open()) {
            ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(port.uri()));

            StepVerifier.create(client.connect())
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(ConnectFailedException.class, failed -> {
                                assertThat(failed.phase()).isEqualTo(Phase.CONNECTION);
                                assertThat(failed.server()).isEqualTo(port.uri());
                            })
                            .hasMessageStartingWith("could not connect to " + port.uri() + ": ")
                            .hasMessageContaining("refused"))
                    .verify(PATIENCE);
        }
    }

    static Stream<Arguments> answersOfOthers() {
        return Stream.of(
                Arguments.of("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"),
                Arguments.of("SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"),
                Arguments.of("220 mail.example ESMTP\r\n", "SMTP or FTP"),
                Arguments.of("-ERR unknown command\r\n", "Redis"),
                Arguments.of(
                        "\u0015\u0003\u0001\u0000\u0002\u0002F", "TLS): this port is for TLS, which needs mqtts://"),
                Arguments.of("J\u0000\u0000\u0000\n8.0", "it begins with 4A 00 00 00"));
    }

    @ParameterizedTest
    @MethodSource("answersOfOthers")
    void whatAnswersAndIsNoMqttServerIsNamed(String answer, String name) {
        ReactorMqttClient client = client(options -> {});
        StepVerifier connecting = StepVerifier.create(client.connect())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ConnectFailedException.class, failed -> assertThat(failed.phase())
                                .isEqualTo(Phase.CONNACK))
                        .hasMessageContaining(": what answered is not an MQTT Server (" + name))
                .verifyLater();
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);

        connection.sendBytes(answer.chars().toArray());

        connection.expectClosed();
        connecting.verify(PATIENCE);
    }

    @Test
    void aHostThatDoesNotExistIsAClearError() {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server("mqtt://no-such-host.invalid"));

        StepVerifier.create(client.connect())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ConnectFailedException.class, failed -> assertThat(failed.phase())
                                .isEqualTo(Phase.NAME))
                        .hasMessage("could not connect to mqtt://no-such-host.invalid:"
                                + " the name of the host cannot be resolved."
                                + " Check the name of the host, and that this machine can resolve it"))
                .verify(Duration.ofSeconds(30));
    }

    @Test
    @Spec("MQTT-3.14.4-2")
    void theClientClosesTheConnectionThatTheServerKeepsOpen() {
        ReactorMqttClient client = client(options -> {});
        ScriptedConnection connection = connect(client, server);

        client.disconnect().block(PATIENCE);

        connection.expect(new Disconnect(ReasonCode.SUCCESS));
        connection.expectClosed();
    }

    @Test
    void aServerThatStopsReadingHoldsTheStreamBack() {
        ReactorMqttClient client = client(options -> {});
        ScriptedConnection connection = connect(client, server);
        connection.stopReading();
        ApplicationMessage message =
                ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[10_000]), Qos.AT_MOST_ONCE);
        LinkedBlockingQueue<PublishResult> results = new LinkedBlockingQueue<>();

        Disposable publishing = client.publish(
                        reactor.core.publisher.Flux.<ApplicationMessage>generate(sink -> sink.next(message)))
                .subscribe(results::add);

        StepVerifier.create(Mono.delay(Duration.ofMillis(500))
                        .map(later -> results.size())
                        .delayElement(Duration.ofMillis(500))
                        .map(before -> results.size() - before))
                .expectNext(0) // the network is full, and nothing more is taken from the source
                .expectComplete()
                .verify(PATIENCE);
        publishing.dispose();
        connection.reset();
        client.disconnect().block(PATIENCE);
    }
}
