package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.nio.file.Path;
import org.reactivestreams.Publisher;

/**
 * Keeps sessions in one SQLite file, which the process and, unless told otherwise, the power may fail around.
 *
 * <p>One store serves any number of clients; several stores, in one process or more of the same machine, may share a file. It
 * does its work on one daemon thread of its own, on which all its signals come too: a subscriber that blocks there stops all
 * clients of the store. What clients append at the same time shares one transaction.
 *
 * <p>The file, and its directories, are made when the first session is opened: readable by this user alone where the file
 * system knows users (files 0600, directories 0700). Directories that are there keep what they have; files that are there, also
 * where a link leads, lose what goes beyond 0600, and are refused if they belong to another user. Beside the file, while it is
 * open and after a crash, lie two more of the same name with {@code -wal} and {@code -shm} behind it: whoever moves or copies the
 * file takes them along. The file must lie on a local file system. Topics and payloads stand in it in clear.
 *
 * <p>After each commit the store looks whether its files still lie where they did. If one was deleted, replaced or moved, nothing
 * is told as stored any more and no new file is made: all fails with {@link io.reactivemqtt.exception.StoreException} until the files are
 * back, or another store is made.
 *
 * <p>SQLite itself is a native library, which must lie in a file to be loaded: one for each version, in the folder {@code
 * reactive-mqtt-USER} (0700) of the temporary folder, and shared by all processes of this user. The system property {@code
 * org.sqlite.tmpdir} names another temporary folder, for example where that one is mounted {@code noexec} or lies where other
 * users could rename it; {@code
 * org.sqlite.lib.path} names a folder where the library lies ready, and then nothing is written.
 *
 * <p>A file that is not this store's, is of a newer release, or is damaged is never changed, nor are those beside it: the
 * error, a {@link io.reactivemqtt.exception.StoreException}, names it and says what can be done. It is looked at as a whole before anything
 * is written, or, beyond 32 MiB, while it is recovered. An entry that alone cannot be read, or whose checksum (CRC32C) is wrong,
 * is moved to the table {@code set_aside} with the reason. What nothing can notice is that the log has lost its last
 * transactions: then the file is as it was before them. A file of an earlier release becomes one of this release when a Session in it is opened;
 * the earlier one can't use it any more.
 */
public final class SqliteSessionStore implements SessionStore, AutoCloseable {

    private final Path path;
    private final StoreFile file;
    private final StoreThread thread;
    private final Lookers lookers;

    private SqliteSessionStore(Path path, StoreFile file) {
        this.path = path;
        this.file = file;
        this.thread = new StoreThread(file);
        this.lookers = new Lookers(file);
    }

    /** Returns a store in {@code file} that survives a power failure: {@link Durability#FULL}. */
    public static SqliteSessionStore at(Path file) {
        return at(file, Durability.FULL);
    }

    /**
     * Returns a store in {@code file}. Nothing is opened yet: that it cannot be, {@link #open} says.
     *
     * @param file where; made with the first session if it is not there
     * @param durability what stored changes survive
     */
    public static SqliteSessionStore at(Path file, Durability durability) {
        return new SqliteSessionStore(file, new StoreFile(file, durability, 0));
    }

    /** Returns a store whose disk is full when the file has {@code largestPages} pages. */
    static SqliteSessionStore limitedTo(long largestPages, Path file) {
        return new SqliteSessionStore(file, new StoreFile(file, Durability.FULL, largestPages));
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return new WorkPublisher<>(thread, database -> SqliteSessionLog.open(key, database, thread, file));
    }

    /**
     * Looks at a Session on another thread than that of the clients, and as it stood at one moment, however long the subscriber
     * takes; until it has ended, or is cancelled, SQLite cannot shorten its log. A file of an earlier release is read in a copy in
     * memory, and stays as it is.
     */
    @Override
    public Publisher<SessionChange> peek(SessionKey key) {
        return lookers.peek(key);
    }

    @Override
    public Publisher<SessionKey> sessions(String namespace) {
        return lookers.sessions(namespace);
    }

    @Override
    public Publisher<Void> delete(SessionKey key) {
        return new WorkPublisher<>(thread, database -> {
            SessionTable.delete(key, database);
            return null;
        });
    }

    /** Opens the file, makes it if it is not there, and begins and ends a transaction on the store's thread. */
    @Override
    public Publisher<Void> check() {
        return new WorkPublisher<>(thread, database -> null);
    }

    /**
     * Returns leases for processes of one machine that share Sessions of this file: who is to open one, where several could. They are locks of
     * the file beside it with {@code -leases} behind its name, and a process has one until it releases it, or is gone; one that stands still
     * keeps it. Two leases that are made by this method are two processes, wherever they are.
     */
    public SessionLeases leases() {
        return new FileLeases(path);
    }

    /**
     * Does what was handed in, then closes the file. Waits for that, unless called on the store's own thread or interrupted.
     * What comes later fails with {@link io.reactivemqtt.exception.StoreException}; closing again changes nothing.
     */
    @Override
    public void close() {
        lookers.close();
        thread.close();
    }
}
