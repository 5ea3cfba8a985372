package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.Credentials;
import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** A token for each connection, and a new connection before a token expires. */
// #token
record FreshToken(Mono<Token> issuer) {

    /** What the issuer says. */
    record Token(String text, Instant expiresAt) {}

    ClientOptions options(String server) {
        return ClientOptions.of(builder -> builder.server(server)
                .clientIdentifier("meter-7")
                .credentials(attempt -> issuer.map(
                        token -> Credentials.of("meter-7", token.text()).expiringAt(token.expiresAt())))
                .renewBefore(Duration.ofMinutes(2))
                .reconnect(policy -> policy.retryFirst(true)));
    }
}
// #end
