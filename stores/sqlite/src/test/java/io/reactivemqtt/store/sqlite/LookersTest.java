package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.SOON;
import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.await;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.peek;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Those who look see one moment, on a thread of their own, and leave nothing behind. */
class LookersTest {

    private static final int MESSAGES = 5_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("sessions.db");
    }

    @Test
    void whatIsSeenStoodThereAtOneMomentHoweverSlowlyItIsLookedAt() {
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog log = open(store, "client");
            append(log, List.copyOf(accepted(1, MESSAGES)));

            StepVerifier.create(store.peek(SessionKey.of("client")), 0)
                    .thenRequest(10)
                    .expectNextCount(10)
                    .then(() -> append(log, new OutgoingCompleted(MESSAGES), accepted(MESSAGES + 1)))
                    .thenRequest(Long.MAX_VALUE)
                    .expectNextCount(MESSAGES - 11)
                    .expectNext(accepted(MESSAGES))
                    .expectComplete()
                    .verify(SOON);
            assertThat(peek(store, "client")).hasSize(MESSAGES).endsWith(accepted(MESSAGES + 1));
        }
    }

    @Test
    void whoeverLooksSlowlyHoldsNobodyUp() throws InterruptedException {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch appended = new CountDownLatch(1);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog log = open(store, "client");
            append(log, accepted(1));
            Flux.from(store.peek(SessionKey.of("client")))
                    .subscribeOn(Schedulers.boundedElastic())
                    .subscribe(change -> {
                        looking.countDown();
                        Sessions.await(appended);
                    });
            assertThat(looking.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

            append(log, accepted(2));

            appended.countDown();
        }
    }

    @Test
    void lookingMakesNoFileAndLeavesNone() throws IOException {
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(peek(store, "client")).isEmpty();
            assertThat(Flux.from(store.sessions("")).collectList().block(SOON)).isEmpty();
        }
        assertThat(directory).isEmptyDirectory();

        Files.createFile(file);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(peek(store, "client")).isEmpty();
        }
        assertThat(file).isEmptyFile();
    }

    @Test
    void checkingMakesTheFileAndFailsWhereNoneCanBe() {
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            await(store.check());
        }
        assertThat(file).exists();

        try (SqliteSessionStore store = SqliteSessionStore.at(directory)) {
            StepVerifier.create(store.check())
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("is a directory"))
                    .verify(SOON);
        }
    }

    @Test
    void closingTheStoreEndsThoseWhoStillLook() {
        SqliteSessionStore store = SqliteSessionStore.at(file);
        append(open(store, "client"), List.copyOf(accepted(1, MESSAGES)));

        StepVerifier.create(store.peek(SessionKey.of("client")), 0)
                .thenRequest(10)
                .expectNextCount(10)
                .then(store::close)
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(change -> true)
                .expectErrorSatisfies(failure ->
                        assertThat(failure).isInstanceOf(StoreException.class).hasMessageContaining("is closed"))
                .verify(SOON);
        StepVerifier.create(store.sessions(""))
                .expectError(StoreException.class)
                .verify(SOON);
    }
}
