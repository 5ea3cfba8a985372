package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.recipes.FreshToken.Token;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@MqttServer(value = ServerKind.LOCAL, userName = "meter-7", password = "token of today")
class FreshTokenTest {

    @Test
    void aTokenThatIsRefusedIsFollowedByAnother(RunningServer server) {
        Queue<String> tokens = new ArrayDeque<>(List.of("token of yesterday", "token of today"));
        Mono<Token> issuer =
                Mono.fromSupplier(() -> new Token(tokens.remove(), Instant.now().plusSeconds(3600)));
        ReactorMqttClient client = ReactorMqttClient.create(
                new FreshToken(issuer).options(server.uri().toString()));

        client.connect().block(Duration.ofSeconds(10));

        assertThat(client.state().isConnected()).isTrue();
        assertThat(tokens).isEmpty();
        client.disconnect().block();
    }
}
