package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** The file: made so that only its owner reads it, and touched only if it is this store's. */
final class StoreFile {

    private static final byte[] JOURNAL_BEGINS = {
        (byte) 0xD9, (byte) 0xD5, 0x05, (byte) 0xF9, 0x20, (byte) 0xA1, 0x63, (byte) 0xD7
    };
    private static final int JOURNAL_INITIAL_PAGES = 16;

    private final Path path;
    private final Durability durability;
    private final long largestPages;

    /** At most {@code largestPages} pages; 0: as many as the disk takes. */
    StoreFile(Path path, Durability durability, long largestPages) {
        this.path = path.toAbsolutePath();
        this.durability = durability;
        this.largestPages = largestPages;
    }

    /**
     * Opens the file and makes it if it is not there.
     *
     * @throws StoreException if it is not this store's; then it was not changed
     */
    Database open() throws SQLException {
        NativeLibrary.load();
        create();
        requireOurs();
        Database database = Database.openToWrite(uri());
        try {
            prepare(database);
            return database;
        } catch (Throwable failure) {
            database.close();
            throw failure;
        }
    }

    private void create() {
        try {
            createDirectories(path.getParent());
            if (!Files.exists(path)) {
                createPrivate();
            }
        } catch (IOException | UnsupportedOperationException failure) {
            throw refused("cannot be made: " + failure + ". Choose a directory that this user may write", failure);
        }
        if (Files.isDirectory(path)) {
            throw refused("is a directory. Name a file, in it for example", null);
        } else if (!Files.isRegularFile(path)) {
            throw refused("is not a file. Name one, or one that is yet to be made", null);
        } else if (!Files.isWritable(path)) {
            throw refused("is not writable. Let this user write the file and its directory", null);
        }
    }

    private void createDirectories(@Nullable Path directory) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        createDirectories(parent);
        try {
            Files.createDirectory(directory, Permissions.whenMade(directory, Permissions.OWN_DIRECTORY));
        } catch (FileAlreadyExistsException alreadyMade) {
            if (!Files.isDirectory(directory)) {
                throw alreadyMade;
            }
        }
        if (Permissions.isPosix(directory) && parent != null) {
            try (FileChannel entries = FileChannel.open(parent, StandardOpenOption.READ)) {
                entries.force(true); // else a power failure could take the directory with all that is in it
            }
        }
    }

    private void createPrivate() throws IOException {
        try {
            Files.createFile(
                    path, Permissions.whenMade(path, Permissions.OWN_FILE)); // SQLite gives its other files the same
        } catch (FileAlreadyExistsException another) {
            // made it at the same time: as good
        }
    }

    /**
     * Looks at what is there without changing it. Through SQLite, not at the bytes: what counts may still stand in the log, and
     * closing the file outside SQLite would take the locks from another store of this process.
     */
    private void requireOurs() throws SQLException {
        if (size() == 0) {
            return;
        }
        try (Database database = Database.openToRead(uri())) {
            requireOurs(database);
        } catch (SQLException failure) {
            if (SqlFailure.is(failure, SQLiteErrorCode.SQLITE_NOTADB)) {
                throw refused("is not a session store, nor any SQLite file, or it is damaged. " + MOVE, failure);
            } else if (!SqlFailure.is(failure, SQLiteErrorCode.SQLITE_READONLY) || !isUnfinished()) {
                throw failure;
            }
        }
    }

    private static final String MOVE = "Move it away, or name another file";

    private void requireOurs(Database database) throws SQLException {
        long applicationId = database.numberOf("PRAGMA application_id");
        long version = database.numberOf("PRAGMA user_version");
        if (applicationId != Schema.APPLICATION_ID) {
            if (applicationId != 0 || version != 0 || tables(database) != 0) {
                throw refused("is a SQLite file of another application. " + MOVE, null);
            }
        } else if (version > Schema.VERSION || version < 1) {
            throw refused(
                    "has version " + version + ", and this release knows up to " + Schema.VERSION
                            + ". Use the newer release again, or move the file away",
                    null);
        } else if (tables(database) == 0) {
            throw refused("is damaged: its tables are missing. Move it away, or restore a copy", null);
        }
    }

    private static long tables(Database database) throws SQLException {
        return database.numberOf("SELECT count(*) FROM sqlite_master");
    }

    /** Tells whether whoever was making this file died over it: SQLite will undo that, and leave an empty file. */
    private boolean isUnfinished() {
        Path journal = path.resolveSibling(path.getFileName() + "-journal");
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

    private void prepare(Database database) throws SQLException {
        // The log first, while the file is empty: what comes then is never half in the file itself.
        database.executeOnce("PRAGMA journal_mode = WAL");
        database.executeOnce("PRAGMA synchronous = " + durability.synchronous());
        database.executeOnce("PRAGMA temp_store = MEMORY"); // messages would lie in a public directory
        database.executeOnce("PRAGMA trusted_schema = OFF");
        // four times as long as usual: several changes of a page are moved into the database as one
        database.executeOnce("PRAGMA wal_autocheckpoint = " + LOG_PAGES);
        database.executeOnce("PRAGMA journal_size_limit = " + LOG_KEPT_BYTES);
        if (largestPages > 0) {
            database.executeOnce("PRAGMA max_page_count = " + largestPages);
        }
        database.begin();
        try {
            requireOurs(database); // again: another process may have been at it
            if (tables(database) == 0) {
                for (String statement : Schema.STATEMENTS) {
                    database.executeOnce(statement);
                }
                database.executeOnce("PRAGMA application_id = " + Schema.APPLICATION_ID);
                database.executeOnce("PRAGMA user_version = " + Schema.VERSION);
            }
            database.commit();
        } catch (Throwable failure) {
            database.rollBack();
            throw failure;
        }
    }

    private static final int LOG_PAGES = 4_000;
    private static final long LOG_KEPT_BYTES = 32L << 20;

    private long size() {
        try {
            return Files.size(path);
        } catch (IOException failure) {
            throw refused("cannot be read: " + failure, failure);
        }
    }

    /** Any path, whatever characters it has. */
    private String uri() {
        return "file:" + path.toUri().getRawPath();
    }

    private StoreException refused(String problem, @Nullable Throwable cause) {
        return new StoreException("the session store " + this + " " + problem, cause);
    }

    /** Returns its absolute path. */
    @Override
    public String toString() {
        return path.toString();
    }
}
