package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** The stores in files, one for each file, until the application ends. */
final class SqliteStores implements AutoCloseable {

    private static final String ARTIFACT = "reactive-mqtt-store-sqlite";
    private static final boolean PRESENT = ClassUtils.isPresent(
            "io.reactivemqtt.store.sqlite.SqliteSessionStore", SqliteStores.class.getClassLoader());

    private final Map<Path, SqliteSessionStore> open = new HashMap<>();
    private final Map<Path, SessionLeases> leases = new HashMap<>();

    /** Returns the leases of the one at {@code path}, which its clients share. */
    synchronized SessionLeases leases(@Nullable Path path) {
        SqliteSessionStore store = at(path);
        return leases.computeIfAbsent(Objects.requireNonNull(path), file -> store.leases());
    }

    synchronized SqliteSessionStore at(@Nullable Path path) {
        if (path == null) {
            throw new IllegalArgumentException("session.store is sqlite: session.sqlite.path has to say which file");
        }
        if (!PRESENT) {
            throw new IllegalArgumentException("session.store is sqlite, which is in the artifact " + ARTIFACT);
        }
        return open.computeIfAbsent(path.toAbsolutePath().normalize(), SqliteStores::opened);
    }

    private static SqliteSessionStore opened(Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent(), "a file has a directory"));
        } catch (IOException impossible) {
            throw new IllegalArgumentException(
                    "session.sqlite.path: its directory cannot be made: " + impossible, impossible);
        }
        return SqliteSessionStore.at(file);
    }

    /** Closes them; their clients are disconnected by then. */
    @Override
    public synchronized void close() {
        leases.values().forEach(SessionLeases::close);
        leases.clear();
        open.values().forEach(SqliteSessionStore::close);
        open.clear();
    }
}
