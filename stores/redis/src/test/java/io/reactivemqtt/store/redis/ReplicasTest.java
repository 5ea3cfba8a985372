package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.numbers;
import static io.reactivemqtt.store.redis.Sessions.open;
import static io.reactivemqtt.store.redis.Sessions.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.testkit.server.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A store that waits for all replicas: whichever takes over has what was told as stored. */
@SuppressWarnings("NullAway.Init")
class ReplicasTest {

    private static final Duration AT_MOST = Duration.ofMillis(500);

    private RedisClient client;
    private TestRedis primary;
    private TestRedis replica;
    private FaultProxy between;
    private RedisSessionStore store;

    @BeforeEach
    void start() throws IOException {
        client = TestRedis.newClient();
        primary = TestRedis.start();
        replica = TestRedis.start();
        between =
                FaultProxy.to(URI.create("mqtt://127.0.0.1:" + primary.server().port()));
        replica.server().said("replicaof", "127.0.0.1", "" + between.uri().getPort());
        store = waitingFor(SOON);
        primary.await("1", "wait", "1", "100");
    }

    private RedisSessionStore waitingFor(Duration atMost) {
        return RedisSessionStore.builder(client, primary.uri())
                .replicas(1, atMost)
                .build();
    }

    @AfterEach
    void end() throws IOException {
        TestRedis.shutDown(client);
        between.close();
        replica.close();
        primary.close();
    }

    @Test
    void whatWasToldAsStoredIsThereAfterAFailOver() {
        SessionLog log = open(store, "client");
        for (int number = 1; number <= 100; number++) {
            append(log, OwnerProcess.accepted(number));
        }
        failOver();
        assertThat(waiting(open(afterwards(), "client"))).isEqualTo(numbers(1, 100));
    }

    @Test
    void withoutAReplicaNothingIsToldAsStored() {
        append(open(store, "client"), OwnerProcess.accepted(1));
        SessionLog impatient = open(waitingFor(AT_MOST), "client");
        between.goDown();
        assertThatThrownBy(() -> append(impatient, OwnerProcess.accepted(2)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("0 of 1 replicas have it after 500 ms");
        failOver();
        assertThat(waiting(open(afterwards(), "client"))).isEqualTo(numbers(1, 1));
    }

    @Test
    void withoutAReplicaNothingIsOpenedFromWhichAClientWouldGoOn() {
        between.goDown();
        assertThatThrownBy(() -> open(waitingFor(AT_MOST), "client")).hasMessageContaining("0 of 1 replicas");
    }

    @Test
    void whatIsDeletedIsDeletedThereToo() {
        append(open(store, "client"), OwnerProcess.accepted(1));
        Mono.from(store.delete(SessionKey.of("client"))).block(SOON);
        failOver();
        assertThat(waiting(open(afterwards(), "client"))).isEmpty();
    }

    private void failOver() {
        primary.server().kill();
        try {
            replica.server().said("replicaof", "no", "one");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private RedisSessionStore afterwards() {
        return RedisSessionStore.at(client, replica.uri());
    }

    @Test
    void aStoreOfAClusterWaitsForNone() {
        RedisClusterClient cluster = RedisClusterClient.create(TestRedis.RESOURCES, primary.uri());
        assertThatThrownBy(() -> RedisSessionStore.builder(cluster).replicas(1, AT_MOST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in a Cluster");
        cluster.shutdown(Duration.ZERO, SOON);
    }

    @Test
    void atLeastOneIsWaitedForForAMoment() {
        RedisSessionStore.Builder builder = RedisSessionStore.builder(client, primary.uri());
        assertThatThrownBy(() -> builder.replicas(0, AT_MOST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.replicas(1, Duration.ofNanos(1))).isInstanceOf(IllegalArgumentException.class);
    }
}
