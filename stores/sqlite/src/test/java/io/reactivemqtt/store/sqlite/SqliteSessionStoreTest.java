package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.SOON;
import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.await;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SqliteSessionStoreTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<SqliteSessionStore> stores = new ArrayList<>();

    @AfterEach
    void closeStores() {
        stores.forEach(SqliteSessionStore::close);
    }

    private SqliteSessionStore store() {
        SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"));
        stores.add(store);
        return store;
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatIsStoredIsThereAfterClosingAndOpeningAgain(Durability durability) {
        Path file = directory.resolve("a directory/sessions?#%41.db");
        List<SessionChange> changes = List.of(
                new SequencesReserved(1_000),
                new ConnectionEnded(1_700_000_000_000L, SessionChange.NEVER_EXPIRES),
                new SubscriptionAdded(
                        TopicSubscription.of(TopicFilter.of("meters/+"), Qos.AT_LEAST_ONCE)
                                .withNoLocal(true)
                                .withRetainAsPublished(true)
                                .withRetainHandling(TopicSubscription.RetainHandling.DO_NOT_SEND),
                        268_435_455),
                new IncomingProcessed(65_535),
                accepted(7),
                new OutgoingAssigned(7, 3),
                accepted(8));
        try (SqliteSessionStore store = SqliteSessionStore.at(file, durability)) {
            append(open(store, "meter"), changes);
        }

        try (SqliteSessionStore store = SqliteSessionStore.at(file, durability)) {
            assertThat(recover(open(store, "meter"))).containsExactlyElementsOf(changes);
            assertThat(recover(open(store, "Meter"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theRowsMeanWhatSessionStateMakesOfTheChanges(long seed) {
        Random random = new Random(seed);
        SessionState expected = new SessionState();
        SessionLog log = open(store(), "client");
        long sequence = 0;
        for (int round = 0; round < 40; round++) {
            List<SessionChange> changes = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                changes.add(random.nextInt(3) == 0 ? accepted(++sequence) : any(random, sequence));
            }
            append(log, changes);
            changes.forEach(expected::apply);
            if (round % 10 == 9) {
                log = open(store(), "client");
                assertThat(recover(log)).containsExactlyElementsOf(expected.changes());
            }
        }
    }

    private static SessionChange any(Random random, long latest) {
        long sequence = Math.max(1, latest - random.nextInt(6));
        int packetIdentifier = 1 + random.nextInt(8);
        TopicFilter topicFilter = TopicFilter.of("filter/" + random.nextInt(5));
        return switch (random.nextInt(14)) {
            case 0 -> new SequencesReserved(latest + 100);
            case 1 -> new ConnectionBegun();
            case 2 -> new ConnectionEnded(random.nextLong(), random.nextInt(100));
            case 3, 4 -> new OutgoingAssigned(sequence, packetIdentifier);
            case 5 -> new OutgoingUnassigned(sequence);
            case 6, 7 -> new OutgoingReleased(sequence);
            case 8 -> new OutgoingCompleted(sequence);
            case 9, 10 -> new IncomingProcessed(packetIdentifier);
            case 11 -> new IncomingReleased(packetIdentifier);
            case 12 ->
                new SubscriptionAdded(TopicSubscription.of(topicFilter, Qos.of(random.nextInt(3))), random.nextInt(3));
            default -> random.nextInt(10) == 0 ? new SessionDiscarded() : new SubscriptionRemoved(topicFilter);
        };
    }

    @Test
    void recoveryFollowsDemand() {
        SessionLog log = open(store(), "client");
        append(log, accepted(1, 2_000));
        append(log, new OutgoingReleased(1_500), new OutgoingAssigned(3, 4), new OutgoingReleased(700));

        StepVerifier.create(log.recover(), 0)
                .expectSubscription()
                .thenRequest(2)
                .expectNext(accepted(1_500), new OutgoingReleased(1_500))
                .thenRequest(5)
                .expectNext(accepted(700), new OutgoingReleased(700))
                .expectNext(accepted(1), accepted(2), accepted(3))
                .thenRequest(1)
                .expectNext(new OutgoingAssigned(3, 4))
                .thenRequest(1_995) // all that are left, and no more
                .expectNextCount(1_995)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aSlowRecoveryHoldsNobodyUp() {
        SqliteSessionStore store = store();
        SessionLog slow = open(store, "slow");
        append(slow, accepted(1, 5_000));

        StepVerifier.create(slow.recover(), 1)
                .expectNextCount(1)
                .then(() -> append(open(store, "other"), accepted(1)))
                .thenRequest(4_999)
                .expectNextCount(4_999)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aRecoveryGivenUpLosesNothing() {
        SessionLog log = open(store(), "client");
        append(log, accepted(1, 1_000));

        StepVerifier.create(log.recover(), 10).expectNextCount(10).thenCancel().verify(SOON);

        assertThat(recover(log)).hasSize(1_000);
    }

    @Test
    void aRecoveryDuringWhichAnotherTakesOverFails() {
        SessionLog log = open(store(), "client");
        append(log, accepted(1, 1_000));

        StepVerifier.create(log.recover(), 10)
                .expectNextCount(10)
                .then(() -> open(store(), "client"))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(change -> true)
                .expectError(SessionTakenOverException.class)
                .verify(SOON);
    }

    @Test
    void theEarlierOwnerChangesNothingAnyMore() {
        SqliteSessionStore store = store();
        SessionLog earlier = open(store, "client");
        append(earlier, accepted(1));
        SessionLog later = open(store, "client");

        assertThatThrownBy(() -> append(earlier, accepted(2))).isInstanceOf(SessionTakenOverException.class);
        assertThatThrownBy(() -> recover(earlier)).isInstanceOf(SessionTakenOverException.class);
        await(earlier.close());
        append(later, accepted(3));
        assertThat(recover(later)).containsExactly(accepted(1), accepted(3));
    }

    @Test
    void aStoreOnTheSameFileTakesOverToo() {
        SessionLog earlier = open(store(), "client");
        append(earlier, accepted(1));
        SessionLog later = open(store(), "client");

        assertThatThrownBy(() -> append(earlier, accepted(2))).isInstanceOf(SessionTakenOverException.class);
        append(later, accepted(3));
        assertThat(recover(later)).containsExactly(accepted(1), accepted(3));
    }

    @Test
    void aLogThatGaveTheSessionUpWritesNothingMore() {
        SessionLog log = open(store(), "client");
        await(log.close());
        await(log.close());

        assertThatThrownBy(() -> append(log, accepted(1))).isInstanceOf(SessionTakenOverException.class);
    }

    @Test
    void nothingIsDoneBeforeSubscriptionAndAgainWithEach() {
        SessionLog log = open(store(), "client");
        var append = log.append(List.of(new OutgoingCompleted(1), accepted(1)));
        assertThat(recover(log)).isEmpty();

        await(append);
        append(log, new OutgoingCompleted(1));
        await(append);

        assertThat(recover(log)).containsExactly(accepted(1));
    }

    @Test
    void anAppendThatFailsChangesNothingAndFailsAlone() {
        SqliteSessionStore store = store();
        SessionLog bad = open(store, "bad");
        List<SessionLog> good = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            good.add(open(store, "good " + i));
        }

        CompletableFuture<Void> failing = Mono.from(
                        bad.append(List.of(accepted(1), new EntryUnreadable("not for appending"))))
                .toFuture();
        Flux.fromIterable(good).flatMap(log -> log.append(List.of(accepted(1)))).blockLast(SOON);

        assertThat(failing).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(IllegalArgumentException.class);
        assertThat(recover(bad)).isEmpty();
        good.forEach(log -> assertThat(recover(log)).containsExactly(accepted(1)));
    }

    @Test
    void manyClientsWriteAtOnce() {
        SqliteSessionStore store = store();
        int clients = 100;
        int appends = 50;

        Flux.range(0, clients)
                .flatMap(client -> Mono.from(store.open(SessionKey.of("client " + client))), clients)
                .flatMap(
                        log -> Flux.range(0, appends).concatMap(i -> log.append(accepted(10L * i + 1, 10L * i + 10))),
                        clients)
                .blockLast(SOON);

        for (int client = 0; client < clients; client++) {
            assertThat(recover(open(store, "client " + client))).containsExactlyElementsOf(accepted(1, 10L * appends));
        }
    }

    @Test
    void twoStoresWriteToOneFileAtOnce() {
        List<SqliteSessionStore> both = List.of(store(), store());

        Flux.range(0, 2)
                .flatMap(i -> Mono.from(both.get(i).open(SessionKey.of("client " + i))))
                .flatMap(log -> Flux.range(1, 200).concatMap(sequence -> log.append(List.of(accepted(sequence)))))
                .blockLast(SOON);

        assertThat(recover(open(both.get(0), "client 1"))).containsExactlyElementsOf(accepted(1, 200));
        assertThat(recover(open(both.get(1), "client 0"))).containsExactlyElementsOf(accepted(1, 200));
    }

    @RepeatedTest(100)
    void twoStoresMakeOneFileAtOnce() {
        Flux.just(store(), store())
                .flatMap(store -> store.open(SessionKey.of("client " + System.identityHashCode(store))))
                .blockLast(SOON);
    }

    @Test
    void everyPacketIdentifierMayBeInFlight() {
        SessionLog log = open(store(), "client");
        List<SessionChange> changes = new ArrayList<>();
        for (int packetIdentifier = 1; packetIdentifier <= 65_535; packetIdentifier++) {
            changes.add(accepted(packetIdentifier));
            changes.add(new OutgoingAssigned(packetIdentifier, packetIdentifier));
        }
        changes.add(accepted(65_536));
        append(log, changes);

        assertThat(recover(open(store(), "client"))).containsExactlyElementsOf(changes);
    }

    @Test
    void aLargeMessageIsKeptWhole() {
        SessionLog log = open(store(), "client");
        byte[] bytes = new byte[5_000_000];
        new Random(1).nextBytes(bytes);
        OutgoingAccepted large = new OutgoingAccepted(
                1, ApplicationMessage.of(TopicName.of("large"), Payload.of(bytes), Qos.AT_LEAST_ONCE), 1);
        append(log, large, accepted(2));

        assertThat(recover(log)).containsExactly(large, accepted(2));
    }

    @Test
    void aFullDiskFailsWhatNeedsRoomAndKeepsTheRest() {
        SqliteSessionStore store = SqliteSessionStore.limitedTo(60, directory.resolve("sessions.db"));
        stores.add(store);
        SessionLog log = open(store, "client");
        append(log, accepted(1));
        SessionLog other = open(store, "other");

        CompletableFuture<Void> tooMuch =
                Mono.from(log.append(accepted(2, 10_000))).toFuture();
        CompletableFuture<Void> little =
                Mono.from(other.append(List.of(accepted(1)))).toFuture();

        assertThat(tooMuch)
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(StoreException.class)
                .withMessageContaining("the disk is full");
        assertThat(little).succeedsWithin(SOON);
        assertThat(recover(log)).containsExactly(accepted(1));
        append(log, new OutgoingCompleted(1));
        assertThat(recover(log)).isEmpty();
    }

    @Test
    void closingFinishesWhatWasHandedInAndNothingFollows() {
        SqliteSessionStore store = store();
        SessionLog log = open(store, "client");
        CompletableFuture<Void> pending = Flux.fromIterable(accepted(1, 500))
                .flatMap(change -> log.append(List.of(change)), 500)
                .then()
                .toFuture();

        store.close();
        store.close();

        assertThat(pending).isCompleted();
        assertThatThrownBy(() -> append(log, accepted(501)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> open(store, "client")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> recover(log)).isInstanceOf(StoreException.class);
        assertThat(recover(open(store(), "client"))).hasSize(500);
        assertThat(directory.resolve("sessions.db")).exists();
    }

    @Test
    void aStoreMayCloseItselfOnItsOwnThreadAndWithoutEverBeingUsed() {
        SqliteSessionStore unused = store();
        unused.close();
        assertThatThrownBy(() -> open(unused, "client")).isInstanceOf(StoreException.class);
        assertThat(directory).isEmptyDirectory();

        SqliteSessionStore store = store();
        await(Mono.from(store.open(SessionKey.of("client"))).doOnNext(log -> store.close()));
    }

    @Test
    void aSubscriberThatThrowsStopsNobodyElse() {
        SqliteSessionStore store = store();
        SessionLog log = open(store, "client");

        log.append(List.of(accepted(1))).subscribe(new ThrowingSubscriber());

        append(log, accepted(2));
        assertThat(recover(log)).containsExactly(accepted(1), accepted(2));
    }
}
