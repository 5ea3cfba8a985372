package io.reactivemqtt.samples;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ConnectLimiter;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.client.ScramSha256;
import io.reactivemqtt.client.ServerCertificateCheck;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** Ways to a Server, as docs/connecting.md shows them. */
final class Connections {

    private Connections() {}

    static ReactorMqttClient privateAuthority(Path directory) {
        // #authority
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server("mqtts://broker.example")
                .tls(tls -> tls.trustedCertificates(directory.resolve("authority.pem"))));
        // #end
        return client;
    }

    static ClientOptions clientCertificate(Path directory) {
        // #certificate
        ClientOptions options = ClientOptions.of(builder -> builder.server("mqtts://broker.example")
                .tls(tls -> tls.clientCertificate(directory.resolve("device.pem"), directory.resolve("device.key"))));
        // #end
        return options;
    }

    static ClientOptions webSocket(Mono<URI> signed) {
        // #websocket
        ClientOptions options = ClientOptions.of(builder -> builder.server("wss://broker.example/mqtt")
                .webSocket(request -> request.header("X-Fleet", "north"))
                .beforeConnect(attempt -> signed.map(attempt::withServer)));
        // #end
        return options;
    }

    static ClientOptions behindAProxy() {
        // #proxy
        ClientOptions options = ClientOptions.of(builder -> builder.server("mqtts://broker.example")
                .proxy(ProxyOptions.of("http://proxy.example:3128")
                        .withCredentials("user", "secret")
                        .except(host -> host.endsWith(".internal.example"))));
        // #end
        return options;
    }

    static ClientOptions withTokens(Mono<String> freshToken) {
        // #credentials
        ClientOptions options =
                ClientOptions.of(builder -> builder.servers("mqtts://broker-1.example", "mqtts://broker-2.example")
                        .credentials(attempt -> freshToken.map(token -> Credentials.of("meter-7", token))));
        // #end
        return options;
    }

    static ClientOptions renewed(Mono<String> freshToken, Duration life) {
        // #expiry
        ClientOptions options = ClientOptions.of(builder -> builder.server("mqtts://broker.example")
                .credentials(attempt -> freshToken.map(token -> Credentials.of("meter-7", token)
                        .expiringAt(Instant.now().plus(life))))
                .renewBefore(Duration.ofMinutes(2)));
        // #end
        return options;
    }

    static ClientOptions oldServers() {
        // #fallback
        ClientOptions options = ClientOptions.of(
                builder -> builder.server("mqtts://broker.example").session(session -> session.fallBackToMqtt311()));
        // #end
        return options;
    }

    static ClientOptions scram() {
        // #scram
        ClientOptions options = ClientOptions.of(
                builder -> builder.server("mqtts://broker.example").authenticator(ScramSha256.of("meter-7", "secret")));
        // #end
        return options;
    }

    static ClientOptions tokenByAuth(Mono<String> freshToken) {
        // #token
        ClientOptions options = ClientOptions.of(builder -> builder.server("mqtts://broker.example")
                .authenticator(Authenticator.ofOneStep("OAUTH2-JWT", attempt -> freshToken.map(Payload::utf8))));
        // #end
        return options;
    }

    static ClientOptions patient() {
        // #policy
        ClientOptions options = ClientOptions.of(builder -> builder.server("mqtts://broker.example")
                .reconnect(policy -> policy.backoff(Duration.ofSeconds(1), Duration.ofMinutes(5))
                        .maxElapsed(Duration.ofHours(8))
                        .retryFirst(true)));
        // #end
        return options;
    }

    static ClientOptions oneAfterTheOther() {
        // #limiter
        ConnectLimiter limiter = ConnectLimiter.of(50, 10);
        ClientOptions options = ClientOptions.of(
                builder -> builder.server("mqtts://broker.example").connectLimiter(limiter));
        // #end
        return options;
    }

    static Mono<ClientState> whenConnected(ReactorMqttClient client) {
        // #state
        Mono<ClientState> connected =
                client.states().filter(ClientState::isConnected).next();
        // #end
        return connected;
    }

    static ClientOptions checked(ServerCertificateCheck isKnown) {
        // #check
        ClientOptions options = ClientOptions.of(builder -> builder.server("mqtts://broker.example")
                .tls(tls -> tls.pins("sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
                        .serverCertificateCheck(isKnown)));
        // #end
        return options;
    }
}
