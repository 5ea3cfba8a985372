package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.numbers;
import static io.reactivemqtt.store.redis.Sessions.open;
import static io.reactivemqtt.store.redis.Sessions.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.testkit.server.FaultProxy;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * What is lost, however durable it was where it was stored, when a replica takes over that had not got it; and when Redis was not set to
 * keep it. These tests hold the limit down, they do not wish for it.
 */
@MqttServer(ServerKind.MOSQUITTO)
@SuppressWarnings("NullAway.Init")
@Tag("once")
class FailOverTest {

    private static final String[] ENTRIES = {
        "hlen", new String(Keys.of("mqtt:", SessionKey.of("billing")).content(), StandardCharsets.UTF_8)
    };

    private static final List<String> NOT_DURABLE = List.of("--appendonly", "no");

    private final RunningServer server;
    private RedisClient client;

    FailOverTest(RunningServer server) {
        this.server = server;
    }

    @BeforeEach
    void start() {
        client = TestRedis.newClient();
    }

    @AfterEach
    void end() {
        TestRedis.shutDown(client);
    }

    private static ApplicationMessage message(int number) {
        return ApplicationMessage.of("billing/out", "" + number, Qos.EXACTLY_ONCE);
    }

    @Test
    void whatAReplicaHadNotGotIsLostWhenItTakesOverAndTheNextClientWorksOnWithoutIt() throws IOException {
        ReactorMqttClient reader = ReactorMqttClient.create(options -> options.server(server.uri()));
        reader.connect().block(SOON);
        var arrived = reader.subscribe("billing/out", Qos.EXACTLY_ONCE)
                .take(4)
                .collectList()
                .toFuture();
        try (TestRedis primary = TestRedis.start();
                TestRedis replica = TestRedis.start();
                FaultProxy between = FaultProxy.to(
                        URI.create("mqtt://127.0.0.1:" + primary.server().port()))) {
            replica.server().said("replicaof", "127.0.0.1", "" + between.uri().getPort());
            ReactorMqttClient first = RedisClients.client(server.uri(), client, primary.uri(), "pod-1");
            for (int number = 1; number <= 3; number++) {
                first.enqueue(message(number)).block(SOON);
            }
            replica.await(primary.server().said(ENTRIES), ENTRIES); // it has these
            between.goDown();
            for (int number = 4; number <= 6; number++) {
                first.enqueue(message(number)).block(SOON); // so each of them was told as stored
            }
            primary.server().kill();
            replica.server().said("replicaof", "no", "one");

            ReactorMqttClient second = RedisClients.client(server.uri(), client, replica.uri(), "pod-2");
            second.enqueue(message(7)).block(SOON);
            second.connect().block(SOON);

            assertThat(arrived.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join())
                    .extracting(message -> message.payload().asUtf8())
                    .containsExactly("1", "2", "3", "7");
            second.disconnect().block(SOON);
            first.disconnect().onErrorComplete().block(SOON);
        }
        reader.disconnect().block(SOON);
    }

    @Test
    void anOwnerWhoseLastAppendsAreLostIsToldByTheNextOne() throws IOException {
        try (TestRedis redis = TestRedis.start(NOT_DURABLE)) {
            RedisSessionStore store = RedisSessionStore.at(client, redis.uri());
            SessionLog log = open(store, "client");
            append(log, 1, 10);
            redis.server().said("save");
            append(log, 11, 20);
            redis.server().kill();
            redis.server().startAgain();

            assertThatThrownBy(() -> append(log, OwnerProcess.accepted(21)))
                    .isInstanceOf(StoreException.class)
                    .isNotInstanceOf(SessionTakenOverException.class)
                    .hasMessageContaining("has lost what the client client stored last");

            SessionLog next = open(store, "client");
            assertThat(waiting(next)).isEqualTo(numbers(1, 10));
            append(next, OwnerProcess.accepted(21));
        }
    }

    @Test
    void anOwnerOfWhomRedisKnowsNothingAnyMoreIsNotStoppedAsIfThereWereAnother() throws IOException {
        try (TestRedis redis = TestRedis.start(NOT_DURABLE)) {
            RedisSessionStore store = RedisSessionStore.at(client, redis.uri());
            SessionLog earlier = open(store, "client");
            append(earlier, 1, 10);
            redis.server().said("save");
            SessionLog log = open(store, "client");
            append(log, 11, 20);
            redis.server().kill();
            redis.server().startAgain();

            assertThatThrownBy(() -> append(log, OwnerProcess.accepted(21)))
                    .isInstanceOf(StoreException.class)
                    .isNotInstanceOf(SessionTakenOverException.class);

            SessionLog next = open(store, "client");
            assertThatThrownBy(() -> append(log, OwnerProcess.accepted(21))) // though its epoch is the same
                    .isInstanceOf(SessionTakenOverException.class);
            assertThat(waiting(next)).isEqualTo(numbers(1, 10));
        }
    }

    @Test
    void aReplicaIsNotHealthy() throws IOException {
        try (TestRedis primary = TestRedis.start();
                TestRedis replica = TestRedis.start()) {
            replica.server()
                    .said("replicaof", "127.0.0.1", "" + primary.server().port());
            assertThatThrownBy(() -> Mono.from(
                                    RedisSessionStore.at(client, replica.uri()).check())
                            .block(SOON))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("READONLY");
        }
    }

    @Test
    void whereNoMemoryIsLeftAnAppendChangesNothingAndWhatIsCompletedGoesAllTheSame() throws IOException {
        try (TestRedis redis = TestRedis.start(NOT_DURABLE)) {
            RedisSessionStore store = RedisSessionStore.at(client, redis.uri());
            SessionLog log = open(store, "client");
            append(log, 1, 3);
            redis.server().said("config", "set", "maxmemory", "1");
            assertThatThrownBy(() -> Mono.from(store.check()).block(SOON)).hasMessageContaining("OOM");
            append(log, new OutgoingCompleted(2));
            assertThatThrownBy(() -> append(log, OwnerProcess.accepted(4)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("OOM");
            Mono.from(log.close()).block(SOON);

            redis.server().said("config", "set", "maxmemory", "0");
            assertThat(waiting(open(store, "client"))).isEqualTo(List.of(1L, 3L));
        }
    }
}
