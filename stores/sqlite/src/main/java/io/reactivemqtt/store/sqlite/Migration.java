package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.store.SessionKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes a file of an earlier version one of this version, inside the transaction that prepares it. */
final class Migration {

    private static final List<String> INDEXES =
            List.of("subscription_in_order", "incoming_in_order", "outgoing_released");

    private final Database database;

    Migration(Database database) {
        this.database = database;
    }

    /** Migrates from {@code version}: 1 to 3. */
    void from(long version) throws SQLException {
        database.executeOnce(Schema.RECEIPT);
        if (version < Schema.NAMED_SINCE) {
            renew(version);
        }
        database.executeOnce("PRAGMA user_version = " + Schema.VERSION);
    }

    private void renew(long version) throws SQLException {
        Set<String> renewed = new LinkedHashSet<>(Schema.NAMED);
        if (version == 1) {
            renewed.addAll(Schema.CHECKED);
            for (String index : INDEXES) {
                database.executeOnce("DROP INDEX " + index);
            }
        }
        for (String table : renewed) {
            database.executeOnce("ALTER TABLE " + table + " RENAME TO old_" + table);
        }
        for (String statement : Schema.STATEMENTS) {
            if (renewed.stream().anyMatch(table -> isAbout(statement, table))) {
                database.executeOnce(statement);
            }
        }
        copySetAside();
        if (version == 1) {
            copySessionsOfVersion1();
            copySubscriptions();
            copyIncoming();
            copyOutgoing();
        } else {
            copySessions();
        }
        for (String table : renewed) {
            database.executeOnce("DROP TABLE old_" + table);
        }
    }

    private static boolean isAbout(String statement, String table) {
        return statement.startsWith("CREATE TABLE " + table + " ") || statement.contains(" ON " + table + " ");
    }

    private void copySetAside() throws SQLException {
        database.executeOnce("""
                INSERT INTO set_aside (number, namespace, client_identifier, entry, reason, at_millis, content)
                    SELECT number, '', client_identifier, entry, reason, at_millis, content FROM old_set_aside""");
    }

    private static final String SESSION_COLUMNS = """
            id, client_identifier, owner, sequences_reserved, connection_begun, ended_at_millis, session_expiry_interval_seconds""";

    private static final String INSERT_SESSION = "INSERT INTO session (namespace, " + SESSION_COLUMNS
            + ", name_checksum, reserved_checksum, connection_checksum)"
            + " VALUES ('', ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, -1), nullif(?, -1))";

    private void copySessions() throws SQLException {
        copy(
                "SELECT " + SESSION_COLUMNS
                        + ", ifnull(reserved_checksum, -1), ifnull(connection_checksum, -1), name_checksum FROM old_session",
                INSERT_SESSION,
                7,
                row -> {
                    if (row.getLong(10) != Checksums.of(row.getString(2))) {
                        throw IntegrityCheck.damage("a Client Identifier is not what was written");
                    }
                    return new Object[] {nameChecksum(row), row.getLong(8), row.getLong(9)};
                });
    }

    private static long nameChecksum(ResultSet row) throws SQLException {
        return Checksums.ofName(SessionKey.DEFAULT_NAMESPACE, row.getString(2));
    }

    /** Binds the columns of {@code row} as they are, and then the checksums. */
    private interface Sums {
        Object[] of(ResultSet row) throws SQLException;
    }

    private void copy(String select, String insert, int columns, Sums sums) throws SQLException {
        try (ResultSet rows = database.statement(select).executeQuery()) {
            while (rows.next()) {
                PreparedStatement copy = database.statement(insert);
                int at = 0;
                while (at < columns) {
                    at++;
                    copy.setObject(at, rows.getObject(at));
                }
                for (Object sum : sums.of(rows)) {
                    copy.setObject(++at, sum);
                }
                copy.executeUpdate();
            }
        }
    }

    private static boolean isNull(ResultSet row, int column) throws SQLException {
        return row.getObject(column) == null;
    }

    private void copySessionsOfVersion1() throws SQLException {
        copy("SELECT " + SESSION_COLUMNS + " FROM old_session", INSERT_SESSION, 7, row -> new Object[] {
            nameChecksum(row),
            isNull(row, 4) ? -1L : Checksums.of(row.getLong(1), row.getLong(4)),
            isNull(row, 5) ? -1L : Checksums.of(row.getLong(1), row.getLong(5), row.getLong(6), row.getLong(7))
        });
    }

    private void copySubscriptions() throws SQLException {
        copy("""
                SELECT session, topic_filter, position, qos, no_local, retain_as_published, retain_handling,
                    subscription_identifier FROM old_subscription""", "INSERT INTO subscription VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", 8, row -> new Object[] {
            Checksums.of(
                    row.getString(2),
                    row.getLong(1),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7),
                    row.getLong(8))
        });
    }

    private void copyIncoming() throws SQLException {
        copy(
                "SELECT session, packet_identifier, position FROM old_incoming",
                "INSERT INTO incoming VALUES (?, ?, ?, ?)",
                3,
                row -> new Object[] {Checksums.of(row.getLong(1), row.getLong(2), row.getLong(3))});
    }

    private void copyOutgoing() throws SQLException {
        copy(
                "SELECT session, sequence, release_order, accepted_at_millis, packet_identifier, message FROM old_outgoing",
                """
                INSERT INTO outgoing (session, sequence, release_order, accepted_at_millis, packet_identifier,
                        released_checksum, message)
                    VALUES (?, ?, ?, ?, nullif(?, -1), nullif(?, -1), ?)""",
                4,
                row -> new Object[] {
                    isNull(row, 5) ? -1L : Checksums.checkedIdentifier(row.getInt(5), row.getLong(1), row.getLong(2)),
                    isNull(row, 3) ? -1L : Checksums.ofRelease(row.getLong(3), row.getLong(2)),
                    new Seal().sealed(row.getBytes(6), row.getLong(1), row.getLong(2), row.getLong(4))
                });
    }
}
