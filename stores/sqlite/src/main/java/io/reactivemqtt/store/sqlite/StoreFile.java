package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The file: made so that only its owner reads it, and touched only if it is this store's. */
final class StoreFile {

    private final StorePath place;
    private final Path path;
    private final Durability durability;
    private final long largestPages;

    /** Of the file, its log and the log's index, as last opened; of the store's thread. */
    private List<FileIdentity> identities = List.of();

    /** At most {@code largestPages} pages; 0: as many as the disk takes. */
    StoreFile(Path path, Durability durability, long largestPages) {
        this.place = new StorePath(path);
        this.path = place.path();
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
        Database reader = new StoreReader(place, durability).look();
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
        Database database = Database.openToWrite(place.uri());
        try {
            prepare(database);
            reader.numberOf("SELECT count(*) FROM sqlite_master"); // from here on it keeps the log where it is
            database.keep(reader);
            if (place.size() > StoreReader.LARGEST_CHECKED_FIRST) {
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
            return List.of(
                    FileIdentity.of(path),
                    FileIdentity.of(place.beside("-wal")),
                    FileIdentity.of(place.beside("-shm")));
        } catch (IOException justDeleted) {
            throw new FileGoneException();
        }
    }

    private FileIdentity identity(Path file) {
        try {
            return FileIdentity.of(file);
        } catch (IOException failure) {
            throw place.refused("cannot be read: " + failure, failure);
        }
    }

    private void create() {
        try {
            Permissions.createDirectories(path.getParent());
            Permissions.createFile(path); // SQLite gives its other files the same
        } catch (IOException | UnsupportedOperationException failure) {
            throw place.refused(
                    "cannot be made: " + failure + ". Choose a directory that this user may write", failure);
        }
    }

    /**
     * Opens the file to be read alone, as it stands there now; where there is none, nothing is made.
     *
     * @throws StoreException if it is not this store's
     */
    Database openToLook() throws SQLException {
        NativeLibrary.load();
        StoreReader reader = new StoreReader(place, durability);
        if (!Files.exists(path)) {
            return reader.nothing();
        }
        requireAFileOfThisUser();
        return reader.open();
    }

    private void requireAFileOfThisUser() {
        if (Files.isDirectory(path)) {
            throw place.refused("is a directory. Name a file, in it for example", null);
        } else if (!Files.isRegularFile(path)) {
            throw place.refused("is not a file. Name one, or one that is yet to be made", null);
        } else if (!Files.isWritable(path)) {
            throw place.refused("is not writable. Let this user write the file and its directory", null);
        }
        for (Path file : files()) {
            try {
                if (Files.exists(file) && !Permissions.isOwn(file)) {
                    throw place.refused(
                            "belongs to another user, " + Files.getOwner(file) + " (" + file
                                    + "). Run the application as that user, name another file, or give this user the file",
                            null);
                }
            } catch (NoSuchFileException justDeleted) {
                // by another process, which has finished with it
            } catch (IOException failure) {
                throw place.refused(
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
            } catch (NoSuchFileException justDeleted) {
                // by another process, which has finished with it
            } catch (IOException failure) {
                throw place.refused("cannot be made private: " + failure, failure);
            }
        }
    }

    private List<Path> files() {
        return List.of(place.beside(""), place.beside("-wal"), place.beside("-shm"), place.beside("-journal"));
    }

    private void prepare(Database database) throws SQLException {
        // The log first, while the file is empty: what comes then is never half in the file itself.
        database.executePatiently("PRAGMA journal_mode = WAL");
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
            Contents contents = new Contents(database, place);
            contents.requireOurs(); // again: another process may have been at it
            contents.bringUpToDate();
            database.commit();
        } catch (Throwable failure) {
            database.rollBack();
            throw failure;
        }
    }

    private static final int LOG_PAGES = 4_000;
    private static final long LOG_KEPT_BYTES = 32L << 20;

    /** Returns its absolute path. */
    @Override
    public String toString() {
        return place.toString();
    }
}
