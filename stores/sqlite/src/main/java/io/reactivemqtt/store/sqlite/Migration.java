package io.reactivemqtt.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Gives a file of version 1 the checksums of version 2, inside the transaction that prepares it. */
final class Migration {

    private static final List<String> INDEXES =
            List.of("subscription_in_order", "incoming_in_order", "outgoing_released");

    private final Database database;

    Migration(Database database) {
        this.database = database;
    }

    void toVersion2() throws SQLException {
        for (String index : INDEXES) {
            database.executeOnce("DROP INDEX " + index);
        }
        for (String table : Schema.OF_VERSION_1) {
            database.executeOnce("ALTER TABLE " + table + " RENAME TO old_" + table);
        }
        for (String statement : Schema.STATEMENTS) {
            if (!statement.startsWith("CREATE TABLE set_aside")) {
                database.executeOnce(statement);
            }
        }
        copySessions();
        copySubscriptions();
        copyIncoming();
        copyOutgoing();
        for (String table : Schema.OF_VERSION_1) {
            database.executeOnce("DROP TABLE old_" + table);
        }
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

    private void copySessions() throws SQLException {
        copy(
                """
                SELECT id, client_identifier, owner, sequences_reserved, connection_begun, ended_at_millis,
                    session_expiry_interval_seconds FROM old_session""",
                "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, -1), nullif(?, -1))",
                7,
                row -> new Object[] {
                    Checksums.of(row.getString(2)),
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
                    Checksums.sealed(row.getBytes(6), row.getLong(1), row.getLong(2), row.getLong(4))
                });
    }
}
