package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.store.SessionStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class SqliteSessionStoreContractTest implements SessionStoreContract {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Map<SessionStore, Path> files = new ConcurrentHashMap<>();
    private final Queue<SessionStore> crashed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger places = new AtomicInteger();

    @Override
    public SessionStore newStore() {
        return at(directory.resolve("place " + places.incrementAndGet()).resolve("sessions.db"));
    }

    @Override
    public SessionStore reopen(SessionStore store) {
        ((SqliteSessionStore) store).close();
        return at(fileOf(store));
    }

    /** The files as they lie there between two transactions; signals come on the thread that writes them. */
    @Override
    public SessionStore crash(SessionStore store) {
        Path file = fileOf(store);
        Path copy = directory.resolve("place " + places.incrementAndGet()).resolve("sessions.db");
        Sessions.await(Mono.from(store.open(SessionKey.of("crash"))).doOnNext(log -> {
            try {
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(file, copy);
                Files.copy(Path.of(file + "-wal"), Path.of(copy + "-wal"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }));
        crashed.add(store);
        return at(copy);
    }

    @Override
    public SessionStore another(SessionStore store) {
        return at(fileOf(store));
    }

    @AfterEach
    void closeWhatCrashed() {
        crashed.forEach(store -> ((SqliteSessionStore) store).close());
    }

    private SessionStore at(Path file) {
        SessionStore store = SqliteSessionStore.at(file);
        files.put(store, file);
        return store;
    }

    private Path fileOf(SessionStore store) {
        return Objects.requireNonNull(files.get(store));
    }
}
