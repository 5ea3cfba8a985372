package io.reactivemqtt.reliability;

import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.nio.file.Path;

/** What an application that wants to lose nothing works with. */
final class SqliteSetup implements ChildSetup {

    SqliteSetup() {}

    @Override
    public SessionStore store(Path directory) {
        return SqliteSessionStore.at(directory.resolve("sessions.db"));
    }
}
