package io.reactivemqtt.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;

/** An open SQLite file: transactions, and statements that are prepared once. Of the {@link StoreThread} alone. */
final class Database implements AutoCloseable {

    private static final Duration BUSY_PAUSE = Duration.ofMillis(1);

    /** No number that is asked for. */
    static final long NO_ROW = -1;

    private final Connection connection;

    /** A reader that keeps SQLite from cleaning up: only the last to close a file moves its log into it. */
    private @Nullable Database reader;

    private boolean isLogSettled;

    /** Whether the file is sound, which may take time to find out. */
    interface Soundness {
        /** Tells whether that is known by now. */
        boolean isKnown();

        /** Throws SQLITE_CORRUPT if it is known already that the file is not sound. */
        void requireSoundSoFar() throws SQLException;

        /** Waits until it is known; throws SQLITE_CORRUPT if the file is not sound. */
        void requireSound() throws SQLException;
    }

    private @Nullable Soundness check;

    /** What a check is at, to be stopped when the file is closed. */
    private volatile @Nullable Statement running;

    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private Database(Connection connection) {
        this.connection = connection;
    }

    /** Opens a file that must be there, without changing it. */
    static Database openToRead(String uri) throws SQLException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return new Database(config.createConnection("jdbc:sqlite:" + uri));
    }

    /** Keeps {@code other} open, until this is closed, so that {@link #closeUntouched} can work. */
    void keep(Database other) {
        reader = other;
    }

    /** Has {@code check}, which reads with what is {@linkplain #keep kept}, decide whether the file is sound. */
    void checkedBy(Soundness soundness) {
        check = soundness;
    }

    /** Throws SQLITE_CORRUPT if it is known that the file is not sound. */
    void requireSoundSoFar() throws SQLException {
        if (check != null) {
            check.requireSoundSoFar();
        }
    }

    /** Throws SQLITE_CORRUPT if the file is not sound, and waits until that is known. */
    void requireSound() throws SQLException {
        if (check != null) {
            check.requireSound();
        }
    }

    /**
     * Moves into the file what the log has, once: what a power failure has left behind its end would stand there until it is overwritten,
     * piece by piece, and could not be told from what was lost. The next transaction begins the log anew. Not before the file is known to
     * be sound.
     */
    void settleLog() {
        if (isLogSettled || (check != null && !check.isKnown())) {
            return;
        }
        isLogSettled = true;
        try {
            executeOnce("PRAGMA wal_checkpoint(PASSIVE)");
        } catch (SQLException leftAsItIs) {
            // the disk is full, for example: what is written next says so
        }
    }

    /** Opens a file that must be there. */
    static Database openToWrite(String uri) throws SQLException {
        return new Database(config().createConnection("jdbc:sqlite:" + uri));
    }

    /** Makes an empty one that lives in memory, and as long as it is open. */
    static Database inMemory() throws SQLException {
        return new Database(config().createConnection("jdbc:sqlite::memory:"));
    }

    /** Makes one in memory of what stands at {@code uri}. */
    static Database inMemoryCopyOf(String uri) throws SQLException {
        Database copy = inMemory();
        try {
            copy.executeOnce("restore from \"" + uri + '"'); // the driver's: a whole copy also while others write
            return copy;
        } catch (Throwable failure) {
            copy.close();
            throw failure;
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE); // SQLite would not make it private
        config.setGetGeneratedKeys(false); // it would prepare and run one more statement for each row
        config.setBusyTimeout((int) SqlFailure.BUSY_TIMEOUT.toMillis());
        return config;
    }

    // BEGIN IMMEDIATE: a transaction that reads first and writes later could find that another process was faster

    void begin() throws SQLException {
        try {
            statement("BEGIN IMMEDIATE").execute();
        } catch (SQLException failure) {
            forgetStatements();
            throw failure;
        }
    }

    /** What is read from now on, until this is closed, stood there at one moment. */
    void beginToRead() throws SQLException {
        executeOnce("BEGIN");
    }

    void commit() throws SQLException {
        statement("COMMIT").execute();
    }

    /** Gives the transaction up if there still is one. */
    void rollBack() {
        forgetStatements();
        try {
            statement("ROLLBACK").execute();
        } catch (SQLException alreadyRolledBack) {
            // SQLite did it itself, as it does when the disk is full
        }
    }

    void setSavepoint() throws SQLException {
        statement("SAVEPOINT work").execute();
    }

    void rollBackToSavepoint() throws SQLException {
        forgetStatements();
        statement("ROLLBACK TO work").execute();
    }

    void releaseSavepoint() throws SQLException {
        statement("RELEASE work").execute();
    }

    /** Returns the prepared form of {@code sql}, which is a constant: values are bound. The caller closes its results alone. */
    PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    /** Returns the prepared form of {@code sql} with {@code values} bound. */
    PreparedStatement bound(String sql, long... values) throws SQLException {
        PreparedStatement statement = statement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setLong(i + 1, values[i]);
        }
        return statement;
    }

    /** Changes rows and returns how many. */
    int update(String sql, long... values) throws SQLException {
        return bound(sql, values).executeUpdate();
    }

    /** The driver finalizes a statement that fails; prepared again, all of them work. */
    private void forgetStatements() {
        for (PreparedStatement statement : statements.values()) {
            try {
                statement.close();
            } catch (SQLException unimportant) {
                // closing tells once more how the statement ended
            }
        }
        statements.clear();
    }

    /** Runs what is run once. */
    void executeOnce(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** As {@link #executeOnce}, for what SQLite itself does not wait with when another process is at the same. */
    void executePatiently(String sql) throws SQLException {
        long begin = System.nanoTime();
        while (true) {
            try {
                executeOnce(sql);
                return;
            } catch (SQLException failure) {
                if (!SqlFailure.is(failure, SQLiteErrorCode.SQLITE_BUSY)
                        || System.nanoTime() - begin > SqlFailure.BUSY_TIMEOUT.toNanos()) {
                    throw failure;
                }
                LockSupport.parkNanos(BUSY_PAUSE.toNanos());
            }
        }
    }

    /** Returns the first column of the first row. */
    long numberOf(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Returns the first column of the first row of {@code query}, or {@link #NO_ROW}. */
    static long numberOf(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next() ? rows.getLong(1) : NO_ROW;
        }
    }

    /** Tells whether every one of {@code statements} has made what it says. */
    boolean hasAll(List<String> statements) throws SQLException {
        Set<String> made = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")) {
            while (rows.next()) {
                made.add(rows.getString(1));
            }
        }
        return made.containsAll(statements);
    }

    /** Tells whether all names of sessions are what was written. */
    boolean namesAreRight() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT namespace, client_identifier, name_checksum FROM session")) {
            while (rows.next()) {
                if (Checksums.ofName(rows.getString(1), rows.getString(2)) != rows.getLong(3)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Returns the first column of the first row as text; empty if there is none. */
    String textOf(String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            running = statement;
            ResultSet rows = statement.executeQuery(query);
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } finally {
            running = null;
        }
    }

    /** Closes the file; as the last to do so, moves the log into the database. */
    @Override
    public void close() {
        closeReader();
        closeConnection();
    }

    /**
     * Closes the file and leaves it, and its log, as they are: where they are damaged, or no longer lie where they did, nothing
     * may be written or deleted there. The reader is last, and a reader has nothing to move.
     */
    void closeUntouched() {
        closeConnection();
        closeReader();
    }

    private void closeReader() {
        if (reader != null) {
            reader.stop();
            reader.close();
            reader = null;
        }
    }

    private void stop() {
        Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException justEnded) {
                // as good
            }
        }
    }

    private void closeConnection() {
        try {
            connection.close(); // and its statements
        } catch (SQLException leftToTheNextOpen) {
            // everything committed stands in the log, and the next one to open the file reads it there
        }
    }
}
