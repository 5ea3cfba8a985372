package io.reactivemqtt.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.testkit.store.SessionLeasesContract;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** One of several processes holds the lease of a Session, as long as it lives. */
@SuppressWarnings("NullAway.Init")
class LeasesTest implements SessionLeasesContract {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofHours(1);
    private static final SessionKey KEY = SessionKey.of("billing");

    private static TestRedis redis;
    private static int places;

    private final List<SessionLeases> made = new ArrayList<>();
    private RedisClient client;
    private RedisSessionStore store;

    @BeforeAll
    static void startRedis() {
        redis = TestRedis.start();
    }

    @AfterAll
    static void endRedis() throws IOException {
        redis.close();
    }

    @BeforeEach
    void start() {
        client = RedisClient.create(TestRedis.RESOURCES);
        store = RedisSessionStore.builder(client, redis.uri())
                .keyPrefix("place-" + places++ + ":")
                .build();
    }

    @AfterEach
    void end() {
        made.forEach(SessionLeases::close);
        TestRedis.shutDown(client);
    }

    @Override
    public SessionLeases newLeases() {
        return leases(SHORT);
    }

    private SessionLeases leases(Duration lease) {
        SessionLeases leases = store.leases(lease);
        made.add(leases);
        return leases;
    }

    @Test
    void aLeaseIsRenewedAsLongAsItsProcessLives() {
        SessionLeases one = newLeases();
        assertThat(Mono.from(one.claim(KEY)).block(SOON)).isTrue();
        assertThat(Mono.from(newLeases().standBy(KEY))
                        .thenReturn(true)
                        .timeout(SHORT.multipliedBy(2), Mono.just(false))
                        .block(SOON))
                .isFalse();
    }

    @Test
    void whoHasLostItHearsOfIt() throws Exception {
        SessionLeases one = newLeases();
        var lost = Mono.from(one.lost()).toFuture();
        assertThat(Mono.from(one.claim(KEY)).block(SOON)).isTrue();
        client.connect(redis.uri()).sync().flushall();
        assertThat(lost.get()).isEqualTo(KEY);
        assertThat(one.held()).isEmpty();
    }

    @Test
    void whoStandsByIsToldAtOnceOfARelease() throws Exception {
        SessionLeases one = leases(LONG);
        assertThat(Mono.from(one.claim(KEY)).block(SOON)).isTrue();
        var standingBy = Mono.from(leases(LONG).standBy(KEY)).toFuture();
        var commands = client.connect(redis.uri()).sync();
        while (commands.pubsubChannels("place-*").isEmpty()) {
            Thread.onSpinWait();
        }
        Mono.from(one.release(KEY)).block(SOON);
        standingBy.get();
    }
}
