package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What stands in a store under one Client Identifier.
 *
 * @param state the Session State; empty if there is none
 * @param unreadable what cannot be read of it
 */
record StoredSession(SessionSnapshot state, List<String> unreadable) {

    /**
     * Reads a copy of the store: to open the store itself would take the Session over from a client that is at work.
     *
     * @throws StoreException if the file is not a store
     * @throws IOException if there is no such file, or no room for the copy
     */
    static StoredSession read(Path file, String clientIdentifier) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        Path directory = Files.createTempDirectory("reactive-mqtt"); // readable by this user alone
        Path copy = directory.resolve("store");
        try {
            copy(file, copy);
            return readCopy(copy, clientIdentifier);
        } catch (StoreException failure) {
            throw new StoreException(
                    Complaint.words(failure).replace(copy.toAbsolutePath().toString(), file.toString()), failure);
        } finally {
            delete(directory);
        }
    }

    /** SQLite's own copy, whole also while others write. */
    private static void copy(Path file, Path copy) {
        SQLiteConfig readOnly = new SQLiteConfig();
        readOnly.setReadOnly(true);
        try (var connection = readOnly.createConnection(
                        "jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath());
                var statement = connection.createStatement()) {
            statement.executeUpdate("backup to '" + copy + "'");
        } catch (SQLException failure) {
            throw new StoreException(file + " cannot be read as a session store: " + failure.getMessage(), failure);
        }
    }

    private static StoredSession readCopy(Path copy, String clientIdentifier) {
        try (SqliteSessionStore store = SqliteSessionStore.at(copy)) {
            List<SessionChange> changes = Objects.requireNonNull(Mono.from(store.open(clientIdentifier))
                    .flatMap(StoredSession::recover)
                    .block());
            return new StoredSession(
                    new SessionSnapshot(
                            clientIdentifier,
                            changes.stream()
                                    .filter(change -> !(change instanceof EntryUnreadable))
                                    .toList()),
                    changes.stream()
                            .filter(EntryUnreadable.class::isInstance)
                            .map(change -> ((EntryUnreadable) change).description())
                            .toList());
        }
    }

    private static Mono<List<SessionChange>> recover(SessionLog log) {
        return Flux.from(log.recover()).collectList().flatMap(changes -> Mono.from(log.close())
                .thenReturn(changes));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(directory);
    }

    /** Tells whether there is no Session; the numbers that it used alone are none. */
    boolean isEmpty() {
        return state.changes().stream().allMatch(SequencesReserved.class::isInstance);
    }

    /**
     * Returns this if there is a Session.
     *
     * @throws IOException if there is none
     */
    StoredSession orFail(Path file) throws IOException {
        if (isEmpty() && unreadable.isEmpty()) {
            throw new IOException("there is no Session of " + state.clientIdentifier() + " in " + file);
        }
        return this;
    }
}
