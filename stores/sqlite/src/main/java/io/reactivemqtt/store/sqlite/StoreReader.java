package io.reactivemqtt.store.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Opens a file to be read, and changes nothing. */
final class StoreReader {

    private static final byte[] JOURNAL_BEGINS = {
        (byte) 0xD9, (byte) 0xD5, 0x05, (byte) 0xF9, 0x20, (byte) 0xA1, 0x63, (byte) 0xD7
    };
    private static final int JOURNAL_INITIAL_PAGES = 16;

    /** A larger one is checked while it is read, or after: who starts waits no longer for that. */
    static final long LARGEST_CHECKED_FIRST = 32L << 20;

    private final StorePath place;
    private final Durability durability;

    /** Reads what was written, and is written, with {@code durability}. */
    StoreReader(StorePath place, Durability durability) {
        this.place = place;
        this.durability = durability;
    }

    /** Returns what reads the file as it stands there now, whatever is written meanwhile. */
    Database open() throws SQLException {
        Database reader = look();
        try {
            if (place.size() == 0 || isUnfinished()) {
                reader.close();
                return nothing();
            } else if (!new Contents(reader, place).isUpToDate()) {
                reader.close();
                return migrated();
            }
            reader.beginToRead();
            if (place.size() > LARGEST_CHECKED_FIRST) {
                reader.checkedBy(IntegrityCheck.atTheEnd(reader));
            }
            return reader;
        } catch (Throwable failure) {
            reader.close();
            throw failure;
        }
    }

    /** Returns what there is where no file is. */
    Database nothing() throws SQLException {
        return upToDate(Database.inMemory());
    }

    /** Returns a copy of a file of an earlier version, in memory, as a file of this one. */
    private Database migrated() throws SQLException {
        return upToDate(Database.inMemoryCopyOf(place.uri()));
    }

    private Database upToDate(Database made) throws SQLException {
        try {
            new Contents(made, place).bringUpToDate();
            return made;
        } catch (Throwable failure) {
            made.close();
            throw failure;
        }
    }

    /**
     * Looks at what is there without changing it, and returns what it has looked with. Through SQLite, not at the bytes: what
     * counts may still stand in the log, and closing the file outside SQLite would take the locks from another store of this
     * process. The log has no locks.
     */
    Database look() throws SQLException {
        if (place.size() > 0 && durability == Durability.FULL) {
            requireWholeLog(); // with less, a power failure may have kept any of several transactions
        }
        Database database = Database.openToRead(place.uri());
        try {
            requireOurs(database);
            if (place.size() > 0 && place.size() <= LARGEST_CHECKED_FIRST) {
                IntegrityCheck.now(database);
            }
            return database;
        } catch (SQLException failure) {
            if (SqlFailure.is(failure, SQLiteErrorCode.SQLITE_READONLY) && isUnfinished()) {
                return database;
            }
            database.close();
            if (SqlFailure.is(failure, SQLiteErrorCode.SQLITE_NOTADB)) {
                throw place.refused(
                        "is not a session store, nor any SQLite file, or it is damaged. " + Contents.MOVE, failure);
            }
            throw failure;
        } catch (Throwable failure) {
            database.close();
            throw failure;
        }
    }

    /** Of one moment, for another process may be making the file; and no longer, for a reader keeps the log from being shortened. */
    private void requireOurs(Database database) throws SQLException {
        database.beginToRead();
        try {
            new Contents(database, place).requireOurs();
        } finally {
            database.rollBack();
        }
    }

    private void requireWholeLog() {
        try {
            if (WriteAheadLog.isDamaged(place.beside("-wal"))) {
                throw place.refused(
                        "is damaged: in its log, " + place.beside("-wal").getFileName()
                                + ", later changes stand behind one that cannot be read. Move it away, with the files whose names"
                                + " begin with its name, or restore a copy",
                        null);
            }
        } catch (IOException failure) {
            throw place.refused("cannot be read: " + failure, failure);
        }
    }

    /** Tells whether whoever was making this file died over it: SQLite will undo that, and leave an empty file. */
    private boolean isUnfinished() {
        Path journal = place.beside("-journal");
        ByteBuffer header = ByteBuffer.allocate(JOURNAL_INITIAL_PAGES + Integer.BYTES);
        try (FileChannel bytes = FileChannel.open(journal, StandardOpenOption.READ)) {
            while (header.hasRemaining() && bytes.read(header) >= 0) {}
        } catch (IOException none) {
            return false;
        }
        return !header.hasRemaining()
                && header.flip().slice(0, JOURNAL_BEGINS.length).equals(ByteBuffer.wrap(JOURNAL_BEGINS))
                && header.getInt(JOURNAL_INITIAL_PAGES) == 0;
    }
}
