package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Owners of a Session that are killed, or stopped and go on; and a database that is. */
@SuppressWarnings("NullAway.Init")
@Tag("once")
class OwnersTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long ENOUGH = 50;

    private TestDatabase database;
    private String schema;
    private ConnectionPool pool;
    private R2dbcSessionStore store;

    @BeforeEach
    void start() {
        database = TestDatabase.start();
        schema = database.newSchema();
        pool = database.pool(schema);
        store = R2dbcSessionStore.at(pool);
    }

    @AfterEach
    void end() throws IOException {
        TestDatabase.dispose(pool);
        database.close();
    }

    private Process startOwner() throws IOException {
        return OtherJvm.running(OwnerProcess.class, "" + database.server().port(), schema)
                .start();
    }

    /** Returns the highest number that the owner says, as far as it has said any by now, but enough of them. */
    private static long latest(BufferedReader said) throws IOException {
        long latest = 0;
        while (latest < ENOUGH || said.ready()) {
            latest = Long.parseLong(Objects.requireNonNull(said.readLine()));
        }
        return latest;
    }

    private SessionLog open() {
        return Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of("owner"))).block(SOON));
    }

    private static List<Long> recovered(SessionLog log) {
        return Objects.requireNonNull(Flux.from(log.recover())
                .ofType(OutgoingAccepted.class)
                .map(OutgoingAccepted::sequence)
                .collectList()
                .block(SOON));
    }

    @Test
    void whatAKilledOwnerHasStoredIsThere() throws Exception {
        Process owner = startOwner();
        try (BufferedReader said = owner.inputReader()) {
            long told = latest(said);
            OtherJvm.signal(owner.pid(), "KILL");
            long stored = said.lines().mapToLong(Long::parseLong).reduce(told, Math::max);
            assertThat(recovered(open()))
                    .containsAll(LongStream.rangeClosed(1, stored).boxed().toList())
                    .hasSizeLessThanOrEqualTo((int) stored + 1);
        }
    }

    @Test
    void anOwnerThatWasStoppedAndGoesOnChangesNothingAnyMore() throws Exception {
        Process owner = startOwner();
        try (BufferedReader said = owner.inputReader()) {
            latest(said);
            OtherJvm.signal(owner.pid(), "STOP");
            SessionLog mine = open();
            List<Long> found = recovered(mine);
            Mono.from(mine.append(List.of((SessionChange) OwnerProcess.accepted(1_000_000))))
                    .block(SOON);

            OtherJvm.signal(owner.pid(), "CONT");

            List<String> rest = said.lines().toList();
            assertThat(rest.get(rest.size() - 1)).isEqualTo(OwnerProcess.TAKEN_OVER);
            List<Long> toldAsStored =
                    rest.subList(0, rest.size() - 1).stream().map(Long::valueOf).toList();
            assertThat(found).containsAll(toldAsStored);
            List<Long> expected = new ArrayList<>(found);
            expected.add(1_000_000L);
            assertThat(recovered(open())).isEqualTo(expected);
        } finally {
            owner.destroyForcibly();
        }
    }

    @Test
    void whoOpensItAgainGoesOnAndDoesNotTakeItBackFromAnother() {
        SessionLog first = open();
        Mono.from(first.append(List.of((SessionChange) OwnerProcess.accepted(1))))
                .block(SOON);
        Mono.from(first.close()).block(SOON);
        SessionLog again = reopen(reopen(first));
        assertThat(recovered(again)).containsExactly(1L);
        Mono.from(again.append(List.of((SessionChange) OwnerProcess.accepted(2))))
                .block(SOON);

        SessionLog other = open();
        assertThatThrownBy(() -> reopen(again)).isInstanceOf(SessionTakenOverException.class);
        Mono.from(other.append(List.of((SessionChange) OwnerProcess.accepted(3))))
                .block(SOON);
        assertThat(recovered(other)).containsExactly(1L, 2L, 3L);
    }

    private SessionLog reopen(SessionLog earlier) {
        return Objects.requireNonNull(
                Mono.from(store.reopen(SessionKey.of("owner"), earlier)).block(SOON));
    }

    @Test
    void aKilledDatabaseFailsAppendsAndHasAllThatCompleted() throws Exception {
        SessionLog log = open();
        for (long sequence = 1; sequence <= ENOUGH; sequence++) {
            Mono.from(log.append(List.of((SessionChange) OwnerProcess.accepted(sequence))))
                    .block(SOON);
        }
        database.server().kill();
        assertThatThrownBy(() -> Mono.from(log.append(List.of((SessionChange) OwnerProcess.accepted(ENOUGH + 1))))
                        .block(SOON))
                .isInstanceOf(StoreException.class);
        database.server().startAgain();

        SessionLog next = Objects.requireNonNull(Mono.from(store.open(SessionKey.of("owner")))
                .retryWhen(Retry.fixedDelay(50, Duration.ofMillis(100)))
                .block(SOON));
        assertThat(recovered(next))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, ENOUGH).boxed().toList());
    }
}
