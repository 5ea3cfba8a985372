package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.numbers;
import static io.reactivemqtt.store.redis.Sessions.open;
import static io.reactivemqtt.store.redis.Sessions.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a user of Redis has to be allowed. */
@SuppressWarnings("NullAway.Init")
class RightsTest {

    /** As {@code docs/stores.md} says. */
    private static final String RIGHTS =
            "~mqtt:* &mqtt:* +@connection +@scripting +@hash +@sortedset +@stream +@pubsub +scan +unlink +setrange +time";

    private TestRedis redis;
    private RedisClient client;

    @BeforeEach
    void start() throws IOException {
        redis = TestRedis.start();
        client = TestRedis.newClient();
        List<String> command = new ArrayList<>(List.of("acl", "setuser", "app", "on", ">quite-secret"));
        command.addAll(Arrays.asList(RIGHTS.split(" ", -1)));
        assertThat(redis.server().said(command.toArray(String[]::new))).isEqualTo("OK");
    }

    @AfterEach
    void end() throws IOException {
        TestRedis.shutDown(client);
        redis.close();
    }

    private RedisSessionStore store(String password) {
        return RedisSessionStore.at(client, uri(password));
    }

    private RedisURI uri(String password) {
        return RedisURI.builder(redis.uri())
                .withAuthentication("app", password.toCharArray())
                .build();
    }

    @Test
    void theRightsOfTheDocumentationAreEnough() {
        RedisSessionStore store = store("quite-secret");
        SessionLog log = open(store, "client");
        Mono<Void> takenOver = Mono.from(log.takenOver()).cache();
        takenOver.subscribe();
        redis.await("mqtt:owners\n1", "pubsub", "numsub", "mqtt:owners");
        append(log, 1, 3);
        assertThat(waiting(log)).isEqualTo(numbers(1, 3));
        assertThat(Flux.from(store.sessions(SessionKey.DEFAULT_NAMESPACE))
                        .collectList()
                        .block(SOON))
                .containsExactly(SessionKey.of("client"));
        Mono.from(store.check()).block(SOON);

        Mono.from(store.delete(SessionKey.of("client"))).block(SOON);

        takenOver.block(SOON);
    }

    @Test
    void theyAreEnoughToWaitForReplicasToo() {
        RedisSessionStore waiting = RedisSessionStore.builder(client, uri("quite-secret"))
                .replicas(1, Duration.ofMillis(1))
                .build();
        assertThatThrownBy(() -> open(waiting, "client")).hasMessageContaining("0 of 1 replicas");
    }

    @Test
    void noPasswordIsInWhatAFailureSays() {
        assertThatThrownBy(() -> open(store("not-the-secret"), "client"))
                .isInstanceOf(StoreException.class)
                .satisfies(failure -> {
                    StringWriter all = new StringWriter();
                    failure.printStackTrace(new PrintWriter(all));
                    assertThat(all.toString()).contains("WRONGPASS").doesNotContain("not-the-secret");
                });
    }
}
