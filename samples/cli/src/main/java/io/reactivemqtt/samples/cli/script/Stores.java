package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The session stores of a script: one for each file, however many clients it has. */
final class Stores implements AutoCloseable {

    private final Map<Path, SqliteSessionStore> stores = new HashMap<>();

    /** Returns the store in {@code file}. */
    SqliteSessionStore in(String file) {
        return stores.computeIfAbsent(Path.of(file).toAbsolutePath().normalize(), SqliteSessionStore::at);
    }

    @Override
    public void close() {
        stores.values().forEach(SqliteSessionStore::close);
    }
}
