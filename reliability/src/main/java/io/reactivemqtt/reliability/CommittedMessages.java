package io.reactivemqtt.reliability;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * The database of an application that is killed: each row is a message that was committed, with the process and the batch in which
 * it was. Nothing in it keeps a message from being there twice. A process writes it while another reads it. Thread-safe.
 */
final class CommittedMessages implements AutoCloseable {

    private static final int BUSY_MILLIS = 30_000;

    private final Connection connection;

    /**
     * One row.
     *
     * @param run which process committed it, counted from 1
     * @param batch in which of its batches, counted from 1
     * @param id which message
     */
    record Row(int run, int batch, long id) {}

    private CommittedMessages(Connection connection) {
        this.connection = connection;
    }

    /** Opens the file, makes it if it is not there; a commit is on the disk when {@link #add} returns. */
    static CommittedMessages open(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(
                        "CREATE TABLE IF NOT EXISTS committed"
                                + " (number INTEGER PRIMARY KEY, run INTEGER NOT NULL, batch INTEGER NOT NULL, id INTEGER NOT NULL)");
            }
            connection.setAutoCommit(false);
            return new CommittedMessages(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Commits the messages of a batch, all or none. */
    synchronized void add(int run, int batch, List<Long> ids) {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO committed (run, batch, id) VALUES (?, ?, ?)")) {
            for (long id : ids) {
                insert.setInt(1, run);
                insert.setInt(2, batch);
                insert.setLong(3, id);
                insert.executeUpdate();
            }
            connection.commit();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns how many rows there are, without a look at all of them: none is ever removed. */
    synchronized long count() {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(max(number), 0) FROM committed")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            endRead();
        }
    }

    /** Returns the rows in the order of their commits. */
    synchronized List<Row> all() {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT run, batch, id FROM committed ORDER BY number")) {
            List<Row> all = new ArrayList<>();
            while (rows.next()) {
                all.add(new Row(rows.getInt(1), rows.getInt(2), rows.getLong(3)));
            }
            return all;
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            endRead();
        }
    }

    /** Else the next look would see the file as it is now. */
    private void endRead() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static IllegalStateException failure(SQLException cause) {
        return new IllegalStateException("the database of committed messages fails: " + cause.getMessage(), cause);
    }
}
