package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.testkit.store.SessionLeasesContract;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** One of several processes holds the lease of a Session, as long as it lives. */
@SuppressWarnings("NullAway.Init")
class SessionLeasesTest implements SessionLeasesContract {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final SessionKey KEY = SessionKey.of("billing");

    private static TestDatabase database;

    private ConnectionPool pool;
    private R2dbcSessionStore store;
    private final List<SessionLeases> made = new ArrayList<>();

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
        made.forEach(SessionLeases::close);
        TestDatabase.dispose(pool);
    }

    private static boolean claims(SessionLeases process) {
        return Boolean.TRUE.equals(Mono.from(process.claim(KEY)).block(SOON));
    }

    @Override
    public SessionLeases newLeases() {
        SessionLeases leases = store.leases(SHORT);
        made.add(leases);
        return leases;
    }

    @Test
    void whoStandsByIsToldAtOnceOfARelease() throws Exception {
        SessionLeases one = store.leases(LONG);
        SessionLeases other = store.leases(LONG);
        made.addAll(List.of(one, other));
        assertThat(claims(one)).isTrue();
        var standingBy = Mono.from(other.standBy(KEY)).toFuture();
        database.await("public", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'", true);
        assertThat(standingBy).isNotDone();
        Mono.from(one.release(KEY)).block(SOON);
        standingBy.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aLeaseIsRenewedAndLapsesWhenItsProcessIsGone() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();
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
    }

    @Test
    void whoHasLostItHearsOfIt() throws Exception {
        SessionLeases one = newLeases();
        var lost = Mono.from(one.lost()).toFuture();
        assertThat(claims(one)).isTrue();
        Mono.from(store.delete(KEY)).block(SOON);
        assertThat(lost.get(30, TimeUnit.SECONDS)).isEqualTo(KEY);
        assertThat(one.held()).isEmpty();
    }

    @Test
    void aClaimThatNobodyWaitsForIsHeldOrLapses() {
        SessionLeases one = newLeases();
        for (int i = 0; i < 20; i++) {
            Mono.from(one.claim(SessionKey.of("cancelled-" + i))).subscribe().dispose();
        }
        SessionLeases other = newLeases();
        one.close();
        for (int i = 0; i < 20; i++) {
            Mono.from(other.standBy(SessionKey.of("cancelled-" + i))).block(SOON);
        }
        assertThat(other.held()).hasSize(20);
    }

    @Test
    void aLeaseLastsSomeTime() {
        assertThatThrownBy(() -> store.leases(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
