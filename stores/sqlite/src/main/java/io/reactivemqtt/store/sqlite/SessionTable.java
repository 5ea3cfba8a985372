package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.store.SessionKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows of sessions as a whole: which there are, and their end. */
final class SessionTable {

    private static final String ID = "SELECT id FROM session WHERE namespace = ? AND client_identifier = ?";

    /** Those of which something would be recovered, be it that it cannot be read. */
    private static final String WITH_CONTENT = """
            SELECT client_identifier FROM session WHERE namespace = ? AND (
                sequences_reserved IS NOT NULL OR reserved_checksum IS NOT NULL
                OR connection_begun IS NOT NULL OR connection_checksum IS NOT NULL
                OR EXISTS (SELECT 1 FROM subscription WHERE session = id)
                OR EXISTS (SELECT 1 FROM incoming WHERE session = id)
                OR EXISTS (SELECT 1 FROM receipt WHERE session = id)
                OR EXISTS (SELECT 1 FROM outgoing WHERE session = id))""";

    private static final List<String> DELETE = List.of(
            "DELETE FROM subscription WHERE session = ?",
            "DELETE FROM incoming WHERE session = ?",
            "DELETE FROM receipt WHERE session = ?",
            "DELETE FROM outgoing WHERE session = ?",
            "DELETE FROM session WHERE id = ?");

    private SessionTable() {}

    /** Returns the number of a session in the tables, or {@link Database#NO_ROW}, which none has. */
    static long idOf(SessionKey key, Database database) throws SQLException {
        PreparedStatement query = database.statement(ID);
        query.setString(1, key.namespace());
        query.setString(2, key.clientIdentifier());
        return Database.numberOf(query);
    }

    static List<SessionKey> keys(String namespace, Database database) throws SQLException {
        PreparedStatement query = database.statement(WITH_CONTENT);
        query.setString(1, namespace);
        List<SessionKey> keys = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                keys.add(SessionKey.of(namespace, rows.getString(1)));
            }
        }
        return keys;
    }

    /** With the row of the session goes the token of its owner. */
    static void delete(SessionKey key, Database database) throws SQLException {
        long session = idOf(key, database);
        for (String statement : DELETE) {
            database.update(statement, session);
        }
    }
}
