package io.reactivemqtt.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** An open SQLite file: transactions, and statements that are prepared once. Of the {@link StoreThread} alone. */
final class Database implements AutoCloseable {

    /** How long another process is waited for. */
    static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    private final Connection connection;
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

    /** Opens a file that must be there. */
    static Database openToWrite(String uri) throws SQLException {
        return new Database(config().createConnection("jdbc:sqlite:" + uri));
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE); // SQLite would not make it private
        config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
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

    /** Returns the first column of the first row. */
    long numberOf(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Closes the file; as the last to do so, moves the log into the database. */
    @Override
    public void close() {
        try {
            connection.close(); // and its statements
        } catch (SQLException leftToTheNextOpen) {
            // everything committed stands in the log, and the next one to open the file reads it there
        }
    }
}
