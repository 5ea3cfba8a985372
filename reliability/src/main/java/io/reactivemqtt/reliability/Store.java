package io.reactivemqtt.reliability;

import java.util.Arrays;

/** Which stores the processes are tried with. */
enum Store {
    /** A file. */
    SQLITE(SqliteSetup.class, ""),
    /** A database that is never killed itself. */
    POSTGRESQL(PostgreSqlSetup.class, ", PostgreSQL"),
    /** One that is never killed itself either, and writes to the disk before it answers. */
    REDIS(RedisSetup.class, ", Redis");

    /** The system property with the port of the database, of the harness and of the killed processes. */
    static final String PORT = "reliability.store.port";

    private final Class<? extends ChildSetup> setup;
    private final String words;

    Store(Class<? extends ChildSetup> setup, String words) {
        this.setup = setup;
        this.words = words;
    }

    /** Returns what the processes work with. */
    Class<? extends ChildSetup> setup() {
        return setup;
    }

    /** Returns what stands behind the name of a cell in which {@code setup} was tried. */
    static String words(Class<? extends ChildSetup> setup) {
        return Arrays.stream(values())
                .filter(store -> store.setup.equals(setup))
                .map(store -> store.words)
                .findFirst()
                .orElse("");
    }
}
