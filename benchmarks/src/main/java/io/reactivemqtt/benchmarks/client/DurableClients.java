package io.reactivemqtt.benchmarks.client;

import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.nio.file.Path;

/** Clients that write each message to the disk before it leaves. */
final class DurableClients {

    private DurableClients() {}

    /** Ours over SQLite at its default, {@code FULL}. */
    static BenchmarkClient sqlite() {
        Path directory = TemporaryDirectory.create("benchmark-sqlite-");
        SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"));
        return new ReactiveMqtt(ReactiveMqtt.Style.STREAM, Way.TCP, options -> options.cleanSession(false)
                .sessionStore(store));
    }
}
