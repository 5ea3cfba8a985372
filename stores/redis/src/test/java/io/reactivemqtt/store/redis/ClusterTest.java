package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.numbers;
import static io.reactivemqtt.store.redis.Sessions.open;
import static io.reactivemqtt.store.redis.Sessions.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.cluster.RedisClusterClient;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.testsupport.RunningRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions in a Cluster of three. */
@SuppressWarnings("NullAway.Init")
@Tag("once")
class ClusterTest {

    private static final List<String> CLIENTS =
            IntStream.range(0, 30).mapToObj(number -> "client " + number).toList();

    private static final List<TestRedis> NODES = new ArrayList<>();

    private RedisClusterClient client;
    private RedisSessionStore store;

    @BeforeAll
    static void startNodes() throws IOException {
        String[] create = {"--cluster", "create", "", "", "", "--cluster-yes"};
        for (int i = 0; i < 3; i++) {
            TestRedis node = TestRedis.start(RunningRedis.CLUSTERED);
            NODES.add(node);
            create[2 + i] = "127.0.0.1:" + node.server().port();
        }
        assertThat(NODES.get(0).server().said(create)).contains("All 16384 slots covered");
        for (TestRedis node : NODES) {
            node.await("1", "eval", "return redis.call('cluster', 'info'):find('state:ok') and 1 or 0", "0");
        }
    }

    @AfterAll
    static void endNodes() throws IOException {
        for (TestRedis node : NODES) {
            node.close();
        }
    }

    @BeforeEach
    void start() {
        client = RedisClusterClient.create(TestRedis.RESOURCES, NODES.get(0).uri());
        store = RedisSessionStore.at(client);
    }

    @AfterEach
    void end() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void sessionsAreOnAllNodesEachWithAllOfItsKeys() throws IOException {
        for (String each : CLIENTS) {
            append(open(store, each), 1, 3);
        }

        for (TestRedis node : NODES) {
            assertThat(Integer.parseInt(node.server().said("dbsize"))).isPositive();
        }
        for (String each : CLIENTS) {
            assertThat(waiting(open(store, each))).isEqualTo(numbers(1, 3));
        }
        assertThat(Flux.from(store.sessions(SessionKey.DEFAULT_NAMESPACE))
                        .map(SessionKey::clientIdentifier)
                        .collectList()
                        .block(SOON))
                .containsExactlyInAnyOrderElementsOf(CLIENTS);
        Mono.from(store.check()).block(SOON);
        Mono.from(store.delete(SessionKey.of("client 0"))).block(SOON);
        assertThat(waiting(open(store, "client 0"))).isEmpty();
    }

    @Test
    void anOwnerIsToldOfTheNextOneWhereverTheSessionIs() {
        List<SessionLog> earlier =
                CLIENTS.stream().map(each -> open(store, each)).toList();
        List<CompletableFuture<Void>> told = earlier.stream()
                .map(log -> Mono.from(log.takenOver()).toFuture())
                .toList();
        Flux.fromIterable(NODES)
                .map(ClusterTest::listeners)
                .any("mqtt:owners\n1"::equals) // on one of them, which tells what the others are told
                .repeat()
                .takeUntil(heard -> heard)
                .blockLast(SOON);

        List<SessionLog> next = CLIENTS.stream().map(each -> open(store, each)).toList();

        told.forEach(each -> each.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join());
        earlier.forEach(
                log -> assertThatThrownBy(() -> append(log, 1, 1)).isInstanceOf(SessionTakenOverException.class));
        next.forEach(log -> append(log, 1, 1));
    }

    private static String listeners(TestRedis node) {
        try {
            return node.server().said("pubsub", "numsub", "mqtt:owners");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
