package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.Payload;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionKey;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Moves rows that cannot be read out of the way, together with why, so that nobody meets them again and nothing is lost. */
final class SetAside implements Unreadable {

    private static final String KEEP = """
            INSERT INTO set_aside (namespace, client_identifier, entry, reason, at_millis, content)
                VALUES (?, ?, ?, ?, CAST(unixepoch('subsec') * 1000 AS INTEGER), ?)""";

    private final SessionKey key;
    private final long session;
    private final StoreFile file;
    private final List<Row> rows = new ArrayList<>();

    private record Row(String entry, String reason, Payload content, String deletion, long rowKey) {}

    SetAside(SessionKey key, long session, StoreFile file) {
        this.key = key;
        this.session = session;
        this.file = file;
    }

    @Override
    public EntryUnreadable add(String entry, String reason, Payload content, String deletion, long rowKey) {
        rows.add(new Row(entry, reason, content, deletion, rowKey));
        return unreadable(key, entry, reason, "It stands in the table set_aside of " + file + " now");
    }

    static EntryUnreadable unreadable(SessionKey key, String entry, String reason, String place) {
        return new EntryUnreadable(entry + " of the client " + key + ": " + reason + ". " + place);
    }

    @Override
    public void move(Database database) throws SQLException {
        for (Row row : rows) {
            PreparedStatement keep = database.statement(KEEP);
            keep.setString(1, key.namespace());
            keep.setString(2, key.clientIdentifier());
            keep.setString(3, row.entry());
            keep.setString(4, row.reason());
            keep.setBytes(5, row.content().toByteArray());
            keep.executeUpdate();
            database.update(row.deletion(), session, row.rowKey());
        }
    }
}
