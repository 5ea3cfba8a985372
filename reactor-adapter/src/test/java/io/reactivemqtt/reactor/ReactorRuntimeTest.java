package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.testkit.server.RefusingPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** On which threads clients work. */
class ReactorRuntimeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static ClientOptions nobody(RefusingPort port) {
        return ClientOptions.of(options -> options.server(port.uri()).reconnect(ReconnectPolicy.NONE));
    }

    /** Returns the name of the thread on which {@code client} says that nobody answers. */
    private static String threadOf(ReactorMqttClient client) {
        CompletableFuture<String> thread = new CompletableFuture<>();
        client.connect()
                .subscribe(
                        answer -> {},
                        failure -> thread.complete(Thread.currentThread().getName()));
        return thread.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Test
    void clientsWorkOnEventLoopsOfTheirOwn() throws IOException {
        try (RefusingPort port = RefusingPort.open()) {
            assertThat(threadOf(ReactorMqttClient.create(nobody(port)))).matches("mqtt-(epoll|nio|kqueue)-\\d+");
        }
    }

    @Test
    void clientsThatAreMadeOnAnEventLoopAreSpreadOverAll() throws IOException {
        try (RefusingPort port = RefusingPort.open()) {
            ReactorMqttClient first = ReactorMqttClient.create(nobody(port));
            List<ReactorMqttClient> others = first.connect()
                    .thenMany(Flux.<ReactorMqttClient>empty())
                    .onErrorResume(failure -> Flux.range(0, 8).map(i -> ReactorMqttClient.create(nobody(port))))
                    .collectList()
                    .blockOptional(PATIENCE)
                    .orElseThrow();

            assertThat(others.stream().map(ReactorRuntimeTest::threadOf).distinct())
                    .hasSizeGreaterThan(1);
        }
    }

    @Test
    void applicationMayBringItsOwnEventLoops() throws IOException {
        LoopResources loops = LoopResources.create("mine", 1, true);
        ReactorRuntime runtime = ReactorRuntime.builder().loopResources(loops).build();
        try (RefusingPort port = RefusingPort.open()) {
            List<String> threads = IntStream.range(0, 3)
                    .mapToObj(i -> threadOf(ReactorMqttClient.create(nobody(port), runtime)))
                    .toList();

            assertThat(threads).allMatch(name -> name.startsWith("mine-"));
        } finally {
            loops.disposeLater(Duration.ZERO, PATIENCE)
                    .subscribeOn(Schedulers.boundedElastic())
                    .block(PATIENCE);
        }
    }

    @Test
    void clientTellsItsOptions() throws IOException {
        try (RefusingPort port = RefusingPort.open()) {
            ClientOptions options = nobody(port);

            assertThat(ReactorMqttClient.create(options).options()).isSameAs(options);
        }
    }
}
