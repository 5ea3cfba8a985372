package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.Payload;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import java.sql.SQLException;

/** What becomes of rows that cannot be read. */
interface Unreadable {

    /**
     * Notes a row.
     *
     * @param deletion deletes the row that has this session and {@code rowKey}
     */
    EntryUnreadable add(String entry, String reason, Payload content, String deletion, long rowKey);

    /** Moves what was noted, now that nothing reads its table any more. */
    void move(Database database) throws SQLException;
}
