package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ScramSha256;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.testkit.server.HiveMqServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** SCRAM-SHA-256 with HiveMQ as the other side. */
class ScramEndToEndTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ScramExtension EXTENSION = ScramExtension.of("meter-7", "canary-pencil");

    @SuppressWarnings("NullAway.Init")
    private static HiveMqServer server;

    private final List<ReactorMqttClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = new HiveMqServer(hiveMq -> hiveMq.withEmbeddedExtension(EXTENSION.embedded()));
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @AfterEach
    void disconnect() {
        Flux.fromIterable(clients).flatMap(ReactorMqttClient::disconnect).blockLast(PATIENCE);
    }

    private ReactorMqttClient client(Authenticator method) {
        ReactorMqttClient client = ReactorMqttClient.create(options ->
                options.server(server.uri()).authenticator(method).observer(ClientObserver.logging("scram")));
        clients.add(client);
        return client;
    }

    private ConnectionRefusedException refusal(Authenticator method) {
        ConnectionRefusedException refusal = catchThrowableOfType(
                ConnectionRefusedException.class, () -> client(method).connect().block(PATIENCE));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void theClientConnectsAndAuthenticatesAnewWhileMessagesGoOn() {
        ReactorMqttClient client = client(ScramSha256.of("meter-7", "canary-pencil"));
        client.connect().block(PATIENCE);
        Mono<List<PublishResult>> published = client.publish(
                        Flux.range(0, 500).map(i -> ApplicationMessage.of("t", "" + i, Qos.EXACTLY_ONCE)))
                .collectList();
        Mono<Void> again = client.reauthenticate().then(client.reauthenticate());
        List<PublishResult> results = Objects.requireNonNull(
                        Mono.zip(published, again.thenReturn(true)).block(PATIENCE))
                .getT1();
        assertThat(results).hasSize(500).allMatch(PublishResult::isSuccess);
        assertThat(EXTENSION.reauthentications).hasValue(2);
        assertThat(client.state().isConnected()).isTrue();
    }

    @Test
    void anotherPasswordIsRefused() {
        assertThat(refusal(ScramSha256.of("meter-7", "canary-pen")).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void anotherUserIsRefused() {
        assertThat(refusal(ScramSha256.of("meter-8", "canary-pencil")).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void anotherMethodIsRefused() {
        assertThat(refusal(Authenticator.ofOneStep("OTHER", attempt -> Mono.just(Payload.utf8("canary-token"))))
                        .reasonCode())
                .isIn(ReasonCode.NOT_AUTHORIZED, ReasonCode.BAD_AUTHENTICATION_METHOD);
    }
}
