package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;

/**
 * What stands in a store under one Client Identifier.
 *
 * @param state the Session State; empty if there is none
 * @param unreadable what cannot be read of it
 */
record StoredSession(SessionSnapshot state, List<String> unreadable) {

    /**
     * Looks into the store, and takes nothing over from a client that is at work.
     *
     * @throws StoreException if the file is not a store
     * @throws IOException if there is no such file
     */
    static StoredSession read(Path file, String clientIdentifier) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            List<SessionChange> changes = Objects.requireNonNull(Flux.from(store.peek(SessionKey.of(clientIdentifier)))
                    .collectList()
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
