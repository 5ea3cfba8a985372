package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.SessionBegun;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionKey;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a handler writes, and that its message is processed, are one transaction of the database. */
@SuppressWarnings("NullAway.Init")
class InboxTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Set<Integer> FIVE = Set.of(5);

    private static TestDatabase database;

    private String schema;
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
        schema = database.newSchema();
        database.read(schema, "CREATE TABLE payment (owner text)");
        pool = database.pool(schema);
        store = R2dbcSessionStore.at(pool);
    }

    @AfterEach
    void end() {
        TestDatabase.dispose(pool);
    }

    private R2dbcSessionLog open() {
        return (R2dbcSessionLog) Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of("payments"))).block(SOON));
    }

    private static void append(R2dbcSessionLog log, SessionChange... changes) {
        Mono.from(log.append(List.of(changes))).block(SOON);
    }

    private static List<Integer> recovered(R2dbcSessionLog log) {
        return Objects.requireNonNull(Flux.from(log.recover())
                .ofType(IncomingProcessed.class)
                .map(IncomingProcessed::packetIdentifier)
                .collectList()
                .block(SOON));
    }

    private List<Object> payments() {
        return database.read(schema, "SELECT owner FROM payment");
    }

    private static Mono<Void> pay(Connection connection, String owner) {
        return Sql.execute(connection, "INSERT INTO payment VALUES ($1)", owner);
    }

    /** A handler's work that waits until it may go on; knows what it was to process. */
    private final class Work {
        private final String owner;
        private final Sinks.One<Boolean> goOn = Sinks.one();
        private final CompletableFuture<Set<Integer>> begun = new CompletableFuture<>();
        private final CompletableFuture<Void> committed;

        Work(R2dbcSessionLog log, String owner, Set<Integer> packetIdentifiers, Duration atMostIdle) {
            this.owner = owner;
            this.committed = Mono.from(store.transaction(atMostIdle)
                            .run(log, packetIdentifiers, (connection, fresh) -> work(connection, fresh)))
                    .toFuture();
        }

        private Mono<Void> work(Connection connection, Set<Integer> fresh) {
            return Mono.defer(() -> fresh.isEmpty() ? Mono.empty() : pay(connection, owner))
                    .doOnTerminate(() -> begun.complete(Set.copyOf(fresh)))
                    .then(goOn.asMono())
                    .flatMap(ends -> ends ? Mono.empty() : Mono.error(new IllegalStateException("no more")));
        }

        Work hasBegunWith(Set<Integer> expected) {
            assertThat(begun.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join())
                    .isEqualTo(expected);
            return this;
        }

        void commits() {
            goOn.tryEmitValue(true);
            committed.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
        }

        void fails() {
            goOn.tryEmitValue(false);
            assertThatThrownBy(committed::join).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    private Work work(R2dbcSessionLog log, String owner) {
        return new Work(log, owner, FIVE, Duration.ofMinutes(1));
    }

    private void processes(R2dbcSessionLog log, String owner) {
        work(log, owner).hasBegunWith(FIVE).commits();
    }

    private void findsItProcessed(R2dbcSessionLog log) {
        work(log, "again").hasBegunWith(Set.of()).commits();
    }

    @Test
    void theMarkAndTheRowAreCommittedTogether() {
        processes(open(), "a");
        assertThat(payments()).containsExactly("a");
        assertThat(recovered(open())).containsExactly(5);
    }

    @Test
    void ofAHandlerThatFailsNothingIsLeft() {
        R2dbcSessionLog log = open();
        work(log, "a").hasBegunWith(FIVE).fails();
        assertThat(payments()).isEmpty();
        assertThat(recovered(open())).isEmpty();
    }

    @Test
    void whatWasCommittedIsNotProcessedAgain() {
        R2dbcSessionLog log = open();
        processes(log, "a");
        findsItProcessed(log);
        findsItProcessed(open());
        assertThat(payments()).containsExactly("a");
    }

    @Test
    void ofABatchOnlyThoseAreProcessedThatWereNot() {
        R2dbcSessionLog log = open();
        processes(log, "a");
        new Work(log, "b", Set.of(4, 5, 6), Duration.ofMinutes(1))
                .hasBegunWith(Set.of(4, 6))
                .commits();
        assertThat(recovered(open())).containsExactlyInAnyOrder(4, 5, 6);
    }

    @Test
    void whenTheServerHasReleasedItTheIdentifierIsAnotherMessage() {
        R2dbcSessionLog log = open();
        processes(log, "a");
        append(log, new IncomingProcessed(5), new IncomingReleased(5));
        processes(log, "b");
        assertThat(payments()).containsExactly("a", "b");
    }

    @Test
    void aHandlerWithoutAQos2MessageWorksInATransactionToo() {
        new Work(open(), "a", Set.of(), Duration.ofMinutes(1))
                .hasBegunWith(Set.of())
                .commits();
        assertThat(payments()).as("nothing is fresh that has no identifier").isEmpty();
    }

    // ---- owners

    @Test
    void anEarlierOwnerBeginsNothingMore() {
        R2dbcSessionLog earlier = open();
        open();
        assertThatThrownBy(() -> work(earlier, "late").committed.join())
                .hasCauseInstanceOf(SessionTakenOverException.class);
        assertThat(payments()).isEmpty();
    }

    @Test
    void aNewOwnerWaitsForTheTransactionOfTheOldOne() {
        Work old = work(open(), "old").hasBegunWith(FIVE);
        Work next = work(open(), "new");
        assertThat(next.begun).isNotDone();
        old.commits();
        next.hasBegunWith(Set.of()).commits();
        assertThat(payments()).containsExactly("old");
    }

    @Test
    void ifThatOfTheOldOwnerFailsTheNewOneProcesses() {
        Work old = work(open(), "old").hasBegunWith(FIVE);
        Work next = work(open(), "new");
        old.fails();
        next.hasBegunWith(FIVE).commits();
        assertThat(payments()).containsExactly("new");
    }

    @Test
    void oneThatWasStoppedHoldsNobodyUpForLong() {
        Work stopped = new Work(open(), "stopped", FIVE, Duration.ofSeconds(1)).hasBegunWith(FIVE);
        processes(open(), "new");
        stopped.goOn.tryEmitValue(true);
        assertThatThrownBy(stopped.committed::join).hasCauseInstanceOf(R2dbcException.class);
        assertThat(payments()).containsExactly("new");
    }

    // ---- the Server has lost the Session

    @Test
    void inANewSessionTheIdentifierIsAnotherMessage() {
        R2dbcSessionLog log = open();
        processes(log, "a");
        append(log, new SessionBegun());
        assertThat(recovered(log)).isEmpty();
        processes(log, "b");
        assertThat(recovered(open())).containsExactly(5);
        assertThat(payments()).containsExactly("a", "b");
    }

    @Test
    void whatIsCommittedLateOfALostSessionCountsNoMore() {
        R2dbcSessionLog log = open();
        Work late = work(log, "late").hasBegunWith(FIVE);
        append(log, new SessionBegun());
        late.commits();
        assertThat(recovered(open())).isEmpty();
        processes(open(), "b");
        assertThat(payments()).containsExactly("late", "b");
    }

    @Test
    void aMarkThatWaitedWhileTheSessionWasLostIsNone() {
        R2dbcSessionLog log = open();
        Work first = work(log, "first").hasBegunWith(FIVE);
        append(log, new SessionBegun());
        Work ofTheNewSession = work(log, "new");
        first.commits();
        ofTheNewSession.hasBegunWith(FIVE).commits();
        assertThat(recovered(open())).containsExactly(5);
    }

    @Test
    void aTransactionThatWaitedForAConnectionMeanwhileMarksNothingInTheNewSession() {
        AtomicReference<Mono<Boolean>> next = new AtomicReference<>(Mono.just(true));
        ConnectionFactory connections = (ConnectionFactory) Proxy.newProxyInstance(
                ConnectionFactory.class.getClassLoader(),
                new Class<?>[] {ConnectionFactory.class},
                (proxy, method, arguments) -> method.getName().equals("create")
                        ? next.getAndSet(Mono.just(true)).flatMap(free -> Mono.from(pool.create()))
                        : method.invoke(pool, arguments));
        store = R2dbcSessionStore.at(connections);
        R2dbcSessionLog log = open();
        Sinks.One<Boolean> free = Sinks.one();
        next.set(free.asMono());
        Work late = work(log, "late");
        append(log, new SessionBegun());
        free.tryEmitValue(true);
        late.hasBegunWith(FIVE).commits();
        processes(log, "new");
        assertThat(payments()).containsExactly("late", "new");
    }

    @Test
    void anAppendOfTheNewSessionTakesThePlaceOfALateMark() {
        R2dbcSessionLog log = open();
        Work late = work(log, "late").hasBegunWith(FIVE);
        append(log, new SessionBegun());
        late.commits();
        append(log, new IncomingProcessed(4), new IncomingProcessed(5));
        assertThat(recovered(open())).containsExactly(4, 5);
    }

    @Test
    void aDiscardedSessionTakesItsMarksWithIt() {
        R2dbcSessionLog log = open();
        Work late = work(log, "late").hasBegunWith(FIVE);
        append(log, new SessionDiscarded());
        late.commits();
        List<SessionChange> left = new ArrayList<>(
                Objects.requireNonNull(Flux.from(open().recover()).collectList().block(SOON)));
        assertThat(left).isEmpty();
    }
}
