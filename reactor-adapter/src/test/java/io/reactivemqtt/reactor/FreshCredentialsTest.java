package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.testkit.server.HiveMqServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A Server that takes each token for a short time: the client lives through the changes, under traffic. */
class FreshCredentialsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CHANGES = 20;

    /** Some tokens are late already when they arrive. */
    private static final long[] HOLD_MILLIS = {300, 150, 250, -1, 200};

    @Test
    void nothingIsLostOrRepeatedThroughTwentyTokens() {
        ExpiringTokens tokens = new ExpiringTokens();
        ConcurrentLinkedQueue<String> arrived = new ConcurrentLinkedQueue<>();
        try (HiveMqServer server = new HiveMqServer(hiveMq -> hiveMq.withEmbeddedExtension(tokens.embedded()))) {
            int[] asked = {0}; // on the event loop alone
            ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri())
                    .clientIdentifier("fresh")
                    .cleanStart(false)
                    .sessionExpiryInterval(Duration.ofHours(1))
                    .credentials(attempt -> Mono.fromSupplier(() ->
                            Credentials.of("user", ExpiringTokens.token(HOLD_MILLIS[asked[0]++ % HOLD_MILLIS.length]))))
                    .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(20))
                            .retryFirst(true)));
            Sinks.Empty<Void> granted = Sinks.empty();
            client.connect().block(PATIENCE);
            client.subscribe(options ->
                            options.filter("t").qos(Qos.EXACTLY_ONCE).onGranted(code -> granted.tryEmitEmpty()))
                    .map(message -> message.payload().asUtf8())
                    .subscribe(arrived::add);
            granted.asMono().block(PATIENCE);
            List<PublishResult> results = new ArrayList<>(Objects.requireNonNull(client.publish(Flux.range(0, 100_000)
                            .takeUntil(i -> tokens.taken.get() > CHANGES)
                            .delayElements(Duration.ofMillis(1))
                            .map(i -> ApplicationMessage.of("t", "" + i, Qos.EXACTLY_ONCE)))
                    .collectList()
                    .block(PATIENCE)));
            Flux.interval(Duration.ofMillis(10))
                    .takeUntil(tick -> arrived.size() >= results.size())
                    .blockLast(PATIENCE);
            client.disconnect().block(PATIENCE);

            assertThat(tokens.taken).hasValueGreaterThan(CHANGES);
            assertThat(tokens.refused).hasPositiveValue();
            assertThat(results).hasSizeGreaterThan(500).allMatch(PublishResult::isSuccess);
            assertThat(arrived)
                    .containsExactlyElementsOf(IntStream.range(0, results.size())
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }
}
