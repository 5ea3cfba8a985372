package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.reactivemqtt.store.SessionKey;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** One of several processes holds the lease of a Session, as long as it lives. */
@SuppressWarnings("NullAway.Init")
class SessionLeasesTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final SessionKey KEY = SessionKey.of("billing");

    private static TestDatabase database;

    private ConnectionPool pool;
    private R2dbcSessionStore store;

    @BeforeAll
    static void startDatabase() {
        database = TestDatabase.start();
    }

    @AfterAll
    static void endDatabase() throws IOException {
        database.close();
    }

    @BeforeEach
    void start() {
        pool = database.pool(database.newSchema());
        store = R2dbcSessionStore.at(pool);
    }

    @AfterEach
    void end() {
        TestDatabase.dispose(pool);
    }

    private static boolean claims(SessionLeases process) {
        return Boolean.TRUE.equals(Mono.from(process.claim(KEY)).block(SOON));
    }

    @Test
    void oneOfTwoHoldsIt() {
        SessionLeases one = store.leases(LONG);
        SessionLeases other = store.leases(LONG);
        assertThat(claims(one)).isTrue();
        assertThat(claims(other)).isFalse();
        assertThat(claims(one)).as("again").isTrue();
        assertThat(one.held()).containsExactly(KEY);
        assertThat(other.held()).isEmpty();
        one.close();
        other.close();
    }

    @Test
    void whoStandsByIsToldAtOnceOfARelease() throws Exception {
        SessionLeases one = store.leases(LONG);
        SessionLeases other = store.leases(LONG);
        assertThat(claims(one)).isTrue();
        var standingBy = Mono.from(other.standBy(KEY)).toFuture();
        database.await("public", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'", true);
        assertThat(standingBy).isNotDone();
        Mono.from(one.release(KEY)).block(SOON);
        standingBy.get(30, TimeUnit.SECONDS);
        assertThat(claims(one)).isFalse();
        other.close();
    }

    @Test
    void aLeaseIsRenewedAndLapsesWhenItsProcessIsGone() {
        SessionLeases one = store.leases(SHORT);
        SessionLeases other = store.leases(SHORT);
        assertThat(claims(one)).isTrue();
        assertThat(Mono.from(other.standBy(KEY))
                        .thenReturn(true)
                        .timeout(SHORT.multipliedBy(2), Mono.just(false))
                        .block(SOON))
                .as("it is renewed")
                .isFalse();
        one.close();
        Mono.from(other.standBy(KEY)).block(SOON);
        assertThat(other.held()).containsExactly(KEY);
        other.close();
    }

    @Test
    void whoHasLostItHearsOfIt() throws Exception {
        SessionLeases one = store.leases(SHORT);
        var lost = Mono.from(one.lost()).toFuture();
        assertThat(claims(one)).isTrue();
        Mono.from(store.delete(KEY)).block(SOON);
        assertThat(lost.get(30, TimeUnit.SECONDS)).isEqualTo(KEY);
        assertThat(one.held()).isEmpty();
        one.close();
    }

    @Test
    void aClaimThatNobodyWaitsForIsHeldOrLapses() {
        SessionLeases one = store.leases(SHORT);
        for (int i = 0; i < 20; i++) {
            Mono.from(one.claim(SessionKey.of("cancelled-" + i))).subscribe().dispose();
        }
        SessionLeases other = store.leases(SHORT);
        one.close();
        for (int i = 0; i < 20; i++) {
            Mono.from(other.standBy(SessionKey.of("cancelled-" + i))).block(SOON);
        }
        assertThat(other.held()).hasSize(20);
        other.close();
    }

    @Test
    void aLeaseLastsSomeTime() {
        assertThatThrownBy(() -> store.leases(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
