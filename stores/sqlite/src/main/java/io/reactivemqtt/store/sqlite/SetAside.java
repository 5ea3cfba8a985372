package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.Payload;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Moves rows that cannot be read out of the way, together with why, so that nobody meets them again and nothing is lost. */
final class SetAside {

    private static final String KEEP = """
            INSERT INTO set_aside (client_identifier, entry, reason, at_millis, content)
                VALUES (?, ?, ?, CAST(unixepoch('subsec') * 1000 AS INTEGER), ?)""";

    private final String clientIdentifier;
    private final long session;
    private final StoreFile file;
    private final List<Row> rows = new ArrayList<>();

    private record Row(String entry, String reason, Payload content, String deletion, long key) {}

    SetAside(String clientIdentifier, long session, StoreFile file) {
        this.clientIdentifier = clientIdentifier;
        this.session = session;
        this.file = file;
    }

    /**
     * Notes a row; {@link #move} moves it, when nothing reads its table any more.
     *
     * @param deletion deletes the row that has this session and {@code key}
     */
    EntryUnreadable add(String entry, String reason, Payload content, String deletion, long key) {
        rows.add(new Row(entry, reason, content, deletion, key));
        return new EntryUnreadable(entry + " of the client \"" + clientIdentifier + "\": " + reason
                + ". It stands in the table set_aside of " + file + " now");
    }

    void move(Database database) throws SQLException {
        for (Row row : rows) {
            PreparedStatement keep = database.statement(KEEP);
            keep.setString(1, clientIdentifier);
            keep.setString(2, row.entry());
            keep.setString(3, row.reason());
            keep.setBytes(4, row.content().toByteArray());
            keep.executeUpdate();
            database.update(row.deletion(), session, row.key());
        }
    }
}
