package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A Session goes on in another process, with all that waited in the first. */
@MqttServer(ServerKind.MOSQUITTO)
@SuppressWarnings("NullAway.Init")
class MovingSessionTest {

    private static final String[] LISTENERS = {"pubsub", "numsub", "mqtt:owners"};

    private final RunningServer server;
    private TestRedis redis;
    private RedisClient firstRedis;
    private RedisClient secondRedis;

    MovingSessionTest(RunningServer server) {
        this.server = server;
    }

    @BeforeEach
    void start() {
        redis = TestRedis.start();
        firstRedis = TestRedis.newClient();
        secondRedis = TestRedis.newClient();
    }

    @AfterEach
    void end() throws IOException {
        TestRedis.shutDown(firstRedis);
        TestRedis.shutDown(secondRedis);
        redis.close();
    }

    @Test
    void theOldOwnerIsToldAtOnceAndNotOnlyWhenItAppends() {
        ReactorMqttClient first = RedisClients.client(server.uri(), firstRedis, redis.uri(), "pod-1");
        var told = first.events().ofType(ClientEvent.StoreFailed.class).next().toFuture();
        first.enqueue(message(1)).block(SOON);
        redis.await("mqtt:owners\n1", LISTENERS);

        ReactorMqttClient second = RedisClients.client(server.uri(), secondRedis, redis.uri(), "pod-2");
        second.enqueue(message(2)).block(SOON);

        assertThat(told.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join().cause())
                .isInstanceOf(SessionTakenOverException.class);
        first.disconnect().block(SOON);
        second.disconnect().block(SOON);
        redis.await("mqtt:owners\n0", LISTENERS); // nobody listens any more
    }

    @Test
    void theOwnerOfADeletedSessionIsToldToo() {
        RedisSessionStore store = RedisSessionStore.at(firstRedis, redis.uri());
        var told = Mono.from(open(store, "client").takenOver()).toFuture();
        redis.await("mqtt:owners\n1", LISTENERS);

        Mono.from(store.delete(SessionKey.of("client"))).block(SOON);

        told.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Test
    void whatAnybodySaysOnTheChannelStopsNobody() throws IOException {
        RedisSessionStore store = RedisSessionStore.at(firstRedis, redis.uri());
        SessionLog mine = open(store, "client");
        var told = Mono.from(mine.takenOver()).toFuture();
        redis.await("mqtt:owners\n1", LISTENERS);
        String tag = Keys.of("mqtt:", SessionKey.of("client")).tag();

        redis.server().said("publish", "mqtt:owners", tag + " somebody");
        redis.server().said("publish", "mqtt:owners", "words");
        append(mine, 1, 50);

        assertThat(told).isNotDone();
        told.cancel(true);
    }

    private static ApplicationMessage message(int number) {
        return ApplicationMessage.of("billing/out", "" + number, Qos.EXACTLY_ONCE);
    }

    @Test
    void whatWaitsInOneProcessIsSentByTheNextOne() throws IOException {
        ReactorMqttClient reader = ReactorMqttClient.create(options -> options.server(server.uri()));
        reader.connect().block(SOON);
        var arrived = reader.subscribe("billing/out", Qos.EXACTLY_ONCE)
                .take(3)
                .collectList()
                .toFuture();
        ReactorMqttClient first = RedisClients.client(server.uri(), firstRedis, redis.uri(), "pod-1");
        for (int number = 1; number <= 3; number++) {
            first.enqueue(message(number)).block(SOON);
        }

        ReactorMqttClient second = RedisClients.client(server.uri(), secondRedis, redis.uri(), "pod-2");
        second.connect().block(SOON);

        assertThat(arrived.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join())
                .extracting(message -> message.payload().asUtf8())
                .containsExactly("1", "2", "3");
        assertThatThrownBy(() -> first.enqueue(message(4)).block(SOON)).isInstanceOf(SessionTakenOverException.class);
        String session = redis.server().said("--scan", "--pattern", "mqtt:*:session");
        assertThat(redis.server().said("hget", session, "owner_name")).isEqualTo("pod-2");
        second.disconnect().block(SOON);
        reader.disconnect().block(SOON);
        String order = session.replace(":session", ":order");
        assertThat(redis.server().said("zlexcount", order, "[\4", "+")).isEqualTo("0"); // no message waits
    }
}
