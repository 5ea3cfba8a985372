package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.StoreException;
import java.sql.SQLException;
import java.util.List;

/** What stands in a file: a session store of a version that this release knows, or nothing that it touches. */
final class Contents {

    static final String MOVE = "Move it away, or name another file";

    private static final String TABLES_WITHOUT_NAMESPACE = """
            SELECT count(*) FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%%namespace%%'
                AND (name = 'set_aside' OR name IN ('session', 'subscription', 'incoming', 'outgoing')
                    AND (sql LIKE '%%checksum%%') = %d)""";

    /** Of earlier versions: the four with, since version 2, checksums, and {@code set_aside}. */
    private static final int TABLES = 5;

    /** Steps from session to session through the key, whatever the number of entries. */
    private static final String ORPHANS = """
            WITH RECURSIVE found (session) AS (
                SELECT min(session) FROM %1$s
                UNION ALL
                SELECT (SELECT min(session) FROM %1$s WHERE session > found.session) FROM found WHERE found.session IS NOT NULL)
            SELECT count(*) FROM found WHERE session IS NOT NULL AND session NOT IN (SELECT id FROM session)""";

    private final Database database;
    private final StorePath place;

    Contents(Database database, StorePath place) {
        this.database = database;
        this.place = place;
    }

    /**
     * Looks at what there is.
     *
     * @throws StoreException if it is another application's, of a newer release, or damaged
     */
    void requireOurs() throws SQLException {
        long applicationId = database.numberOf("PRAGMA application_id");
        long version = version();
        if (applicationId != Schema.APPLICATION_ID) {
            if (applicationId != 0 || version != 0 || tables() != 0) {
                throw place.refused("is a SQLite file of another application. " + MOVE, null);
            }
        } else if (version > Schema.VERSION || version < 1) {
            throw place.refused(
                    "has version " + version + ", and this release knows up to " + Schema.VERSION
                            + ". Use the newer release again, or move the file away",
                    null);
        } else {
            requireTables(version);
            requireSessions(version);
        }
    }

    private void requireTables(long version) throws SQLException {
        boolean known = version >= Schema.NAMED_SINCE
                ? database.hasAll(version == Schema.VERSION ? Schema.STATEMENTS : Schema.OF_VERSION_3)
                : database.numberOf(TABLES_WITHOUT_NAMESPACE.formatted(version > 1 ? 1 : 0)) == TABLES;
        if (!known) {
            throw place.refused(
                    "is damaged: its tables are missing, or not as this store makes them. Move it away, or restore a copy",
                    null);
        }
    }

    /** A name that was changed would be another client's session, and an entry of no session nobody's. */
    private void requireSessions(long version) throws SQLException {
        if (version >= Schema.NAMED_SINCE && !database.namesAreRight()) {
            throw IntegrityCheck.damage("a Client Identifier is not what was written");
        }
        for (String table : List.of("subscription", "incoming", "outgoing", "receipt")) {
            boolean isThere = version == Schema.VERSION || !table.equals("receipt");
            if (isThere && database.numberOf(ORPHANS.formatted(table)) != 0) {
                throw IntegrityCheck.damage("entries of no session in the table " + table);
            }
        }
    }

    /** Makes the tables, or migrates those of an earlier version; inside a transaction. */
    void bringUpToDate() throws SQLException {
        if (tables() == 0) {
            for (String statement : Schema.STATEMENTS) {
                database.executeOnce(statement);
            }
            database.executeOnce("PRAGMA application_id = " + Schema.APPLICATION_ID);
            database.executeOnce("PRAGMA user_version = " + Schema.VERSION);
        } else if (!isUpToDate()) {
            new Migration(database).from(version());
        }
    }

    boolean isUpToDate() throws SQLException {
        return version() == Schema.VERSION;
    }

    private long version() throws SQLException {
        return database.numberOf("PRAGMA user_version");
    }

    private long tables() throws SQLException {
        return database.numberOf("SELECT count(*) FROM sqlite_master");
    }
}
