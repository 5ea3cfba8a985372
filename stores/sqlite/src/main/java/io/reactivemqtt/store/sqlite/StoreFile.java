package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** The file: made so that only its owner reads it, and touched only if it is this store's. */
final class StoreFile {

    private static final byte[] JOURNAL_BEGINS = {
        (byte) 0xD9, (byte) 0xD5, 0x05, (byte) 0xF9, 0x20, (byte) 0xA1, 0x63, (byte) 0xD7
    };
    private static final int JOURNAL_INITIAL_PAGES = 16;

    /** A larger one is checked while it is recovered: who starts waits no longer for that. */
    private static final long LARGEST_CHECKED_FIRST = 32L << 20;

    private final Path path;
    private final Durability durability;
    private final long largestPages;

    /** Of the file, its log and the log's index, as last opened; of the store's thread. */
    private List<FileIdentity> identities = List.of();

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
        if (identities.isEmpty()) {
            create();
        } else if (!identities.get(0).isStillThere()) {
            throw new FileGoneException(); // and no empty one in its place, as if there had never been anything
        }
        requireAFileOfThisUser();
        FileIdentity before = identity(path);
        Database reader = look();
        try {
            restrict();
            Database database = openToWrite(reader);
            try {
                List<FileIdentity> opened = identities();
                if (!opened.get(0).equals(before)) {
                    throw new FileGoneException();
                }
                identities = opened;
                return database;
            } catch (Throwable failure) {
                database.closeUntouched();
                throw failure;
            }
        } catch (Throwable failure) {
            reader.close();
            throw failure;
        }
    }

    private Database openToWrite(Database reader) throws SQLException {
        Database database = Database.openToWrite(uri());
        try {
            prepare(database);
            reader.numberOf("SELECT count(*) FROM sqlite_master"); // from here on it keeps the log where it is
            database.keep(reader);
            if (size() > LARGEST_CHECKED_FIRST) {
                database.checkedBy(IntegrityCheck.meanwhile(reader));
            }
            return database;
        } catch (Throwable failure) {
            database.closeUntouched();
            throw failure;
        }
    }

    /**
     * Throws if what was written went into a file, or its log, that no longer lies where it did.
     *
     * @throws FileGoneException then
     */
    void requireStillThere() throws FileGoneException {
        if (!isStillThere()) {
            throw new FileGoneException();
        }
    }

    boolean isStillThere() {
        for (FileIdentity identity : identities) {
            if (!identity.isStillThere()) {
                return false;
            }
        }
        return true;
    }

    private List<FileIdentity> identities() throws FileGoneException {
        try {
            return List.of(FileIdentity.of(path), FileIdentity.of(beside("-wal")), FileIdentity.of(beside("-shm")));
        } catch (IOException justDeleted) {
            throw new FileGoneException();
        }
    }

    private FileIdentity identity(Path file) {
        try {
            return FileIdentity.of(file);
        } catch (IOException failure) {
            throw refused("cannot be read: " + failure, failure);
        }
    }

    /** Returns the file that SQLite keeps beside the database: where that really lies, if {@link #path} is a link. */
    private Path beside(String suffix) {
        try {
            return Path.of(path.toRealPath() + suffix);
        } catch (IOException failure) {
            throw refused("cannot be read: " + failure, failure);
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
    }

    private void requireAFileOfThisUser() {
        if (Files.isDirectory(path)) {
            throw refused("is a directory. Name a file, in it for example", null);
        } else if (!Files.isRegularFile(path)) {
            throw refused("is not a file. Name one, or one that is yet to be made", null);
        } else if (!Files.isWritable(path)) {
            throw refused("is not writable. Let this user write the file and its directory", null);
        }
        for (Path file : files()) {
            try {
                if (Files.exists(file) && !Permissions.isOwn(file)) {
                    throw refused(
                            "belongs to another user, " + Files.getOwner(file) + " (" + file
                                    + "). Run the application as that user, name another file, or give this user the file",
                            null);
                }
            } catch (IOException failure) {
                throw refused(
                        "cannot be used: " + failure + ". Let this user write the file and its directory", failure);
            }
        }
    }

    /** Nobody else may read or write any of them, whatever they were made with; what is refused keeps its permissions. */
    private void restrict() {
        for (Path file : files()) {
            try {
                if (Files.exists(file)) {
                    Permissions.restrict(file, Permissions.OWN_FILE);
                }
            } catch (IOException failure) {
                throw refused("cannot be made private: " + failure, failure);
            }
        }
    }

    private List<Path> files() {
        return List.of(beside(""), beside("-wal"), beside("-shm"), beside("-journal"));
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
     * Looks at what is there without changing it, and returns what it has looked with. Through SQLite, not at the bytes: what
     * counts may still stand in the log, and closing the file outside SQLite would take the locks from another store of this
     * process. The log has no locks.
     */
    private Database look() throws SQLException {
        if (size() > 0) {
            requireWholeLog();
        }
        Database database = Database.openToRead(uri());
        try {
            new Contents(database, path).requireOurs();
            if (size() > 0 && size() <= LARGEST_CHECKED_FIRST) {
                IntegrityCheck.now(database);
            }
            return database;
        } catch (SQLException failure) {
            if (SqlFailure.is(failure, SQLiteErrorCode.SQLITE_READONLY) && isUnfinished()) {
                return database;
            }
            database.close();
            if (SqlFailure.is(failure, SQLiteErrorCode.SQLITE_NOTADB)) {
                throw refused(
                        "is not a session store, nor any SQLite file, or it is damaged. " + Contents.MOVE, failure);
            }
            throw failure;
        } catch (Throwable failure) {
            database.close();
            throw failure;
        }
    }

    private void requireWholeLog() {
        try {
            if (WriteAheadLog.isDamaged(beside("-wal"))) {
                throw refused(
                        "is damaged: in its log, " + beside("-wal").getFileName()
                                + ", later changes stand behind one that cannot be read. Move it away, with the files whose names"
                                + " begin with its name, or restore a copy",
                        null);
            }
        } catch (IOException failure) {
            throw refused("cannot be read: " + failure, failure);
        }
    }

    /** Tells whether whoever was making this file died over it: SQLite will undo that, and leave an empty file. */
    private boolean isUnfinished() {
        Path journal = beside("-journal");
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
            Contents contents = new Contents(database, path);
            contents.requireOurs(); // again: another process may have been at it
            if (contents.isEmpty()) {
                for (String statement : Schema.STATEMENTS) {
                    database.executeOnce(statement);
                }
                database.executeOnce("PRAGMA application_id = " + Schema.APPLICATION_ID);
                database.executeOnce("PRAGMA user_version = " + Schema.VERSION);
            } else if (database.numberOf("PRAGMA user_version") < Schema.VERSION) {
                new Migration(database).toVersion2();
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
        return Contents.refused(path, problem, cause);
    }

    /** Returns its absolute path. */
    @Override
    public String toString() {
        return path.toString();
    }
}
