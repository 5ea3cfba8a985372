package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.FaultProxy;
import io.reactivemqtt.testkit.server.FaultProxy.Direction;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A whole life (CONNECT, SUBSCRIBE, PUBLISH at each QoS out and in, five stored messages, UNSUBSCRIBE, DISCONNECT) before a real Server, and
 * the connection cut behind each single byte of it, in each direction: nothing is lost, and at QoS 2 nothing repeated.
 */
@Tag("once")
@MqttServer(ServerKind.MOSQUITTO)
class CutEverywhereTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int STORED = 5;
    private static final int AT_ONCE = 8;

    private final RunningServer server;

    CutEverywhereTest(RunningServer server) {
        this.server = server;
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void behindEachByteInMemory(ProtocolVersion version) {
        cutEverywhere(version, new InMemorySessionStore());
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void behindEachByteOverSqlite(ProtocolVersion version, @TempDir Path directory) {
        try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"))) {
            cutEverywhere(version, store);
        }
    }

    private void cutEverywhere(ProtocolVersion version, SessionStore store) {
        Map<Direction, Long> bytes = new ConcurrentHashMap<>();
        try (FaultProxy proxy = FaultProxy.to(server.uri())) {
            new Life(proxy, version, store, "whole").run();
            for (Direction direction : Direction.values()) {
                bytes.put(direction, proxy.passed(direction));
            }
        }
        Long cases = Flux.fromArray(Direction.values())
                .concatMap(direction -> Flux.range(1, Math.toIntExact(bytes.getOrDefault(direction, 0L)))
                        .flatMap(
                                cut -> Mono.fromRunnable(() -> cutBehind(direction, cut, version, store))
                                        .thenReturn(cut)
                                        .subscribeOn(Schedulers.boundedElastic()),
                                AT_ONCE))
                .count()
                .block(PATIENCE.multipliedBy(10));
        assertThat(cases).isGreaterThan(500);
    }

    private void cutBehind(Direction direction, int bytes, ProtocolVersion version, SessionStore store) {
        try (FaultProxy proxy = FaultProxy.to(server.uri())) {
            if (direction == Direction.TO_SERVER && bytes % 2 == 0) {
                proxy.cutAfter(direction, bytes);
            } else {
                proxy.endAfter(direction, bytes);
            }
            new Life(proxy, version, store, direction + "-" + bytes).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("cut behind byte " + bytes + " " + direction + ": " + e.getMessage(), e);
        }
    }

    /** One client from its first CONNECT to its last DISCONNECT. */
    private static final class Life {
        private static final List<String> ONCE = List.of("now-2", "stored-1", "stored-3");

        private final String name;
        private final ReactorMqttClient client;
        private final Map<String, Integer> received = new ConcurrentHashMap<>();

        Life(FaultProxy proxy, ProtocolVersion version, SessionStore store, String name) {
            this.name = name + "-" + version + "-" + store.getClass().getSimpleName();
            this.client = ReactorMqttClient.create(ClientOptions.of(options -> options.server(proxy.uri())
                    .protocolVersion(version)
                    .durableSession(this.name, SessionOptions.NEVER, store)
                    .reconnect(
                            policy -> policy.retryFirst(true).backoff(Duration.ofMillis(1), Duration.ofMillis(20)))));
        }

        private ApplicationMessage message(String text, Qos qos) {
            return ApplicationMessage.of("lives/" + name, text, qos);
        }

        void run() {
            Disposable subscriber = client.subscribe("lives/" + name, Qos.EXACTLY_ONCE)
                    .subscribe(message -> received.merge(message.payload().asUtf8(), 1, Integer::sum));
            client.connect().block(PATIENCE);
            List<PublishResult> results = Flux.range(0, 3)
                    .concatMap(level -> client.publish(message("now-" + level, Qos.of(level))))
                    .collectList()
                    .block(PATIENCE);
            assertThat(results).allMatch(PublishResult::isSuccess);
            for (int i = 0; i < STORED; i++) {
                client.enqueue(message("stored-" + i, Qos.of(1 + i % 2))).block(PATIENCE);
            }
            awaitReceived();
            client.unsubscribe("lives/" + name).block(PATIENCE);
            client.disconnect().block(PATIENCE);
            subscriber.dispose();
            ONCE.forEach(text ->
                    assertThat(received.get(text)).as("how often %s came", text).isEqualTo(1));
        }

        private void awaitReceived() {
            List<String> all = List.of("now-1", "now-2", "stored-0", "stored-1", "stored-2", "stored-3", "stored-4");
            Boolean came = Flux.interval(Duration.ZERO, Duration.ofMillis(1))
                    .map(tick -> received.keySet().containsAll(all))
                    .any(complete -> complete)
                    .block(PATIENCE);
            assertThat(came).isTrue();
        }
    }
}
