package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.StoredMessage;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.reactivestreams.Publisher;

/** One client's rows, as long as the token in the row of its session is this log's. */
final class SqliteSessionLog implements SessionLog {

    private static final SecureRandom TOKENS = new SecureRandom();

    private static final String TAKE = """
            INSERT INTO session (client_identifier, owner, name_checksum) VALUES (?, ?, ?)
                ON CONFLICT (client_identifier) DO UPDATE SET owner = excluded.owner""";
    private static final String SESSION_ID = "SELECT id FROM session WHERE client_identifier = ?";
    private static final String LATEST_POSITION = """
            SELECT max(
                coalesce((SELECT max(position) FROM subscription WHERE session = ?1), 0),
                coalesce((SELECT max(position) FROM incoming WHERE session = ?1), 0),
                coalesce((SELECT max(release_order) FROM outgoing WHERE session = ?1 AND release_order IS NOT NULL), 0))""";
    private static final String OWNER = "SELECT owner FROM session WHERE id = ?";
    private static final String GIVE_UP = "UPDATE session SET owner = NULL WHERE id = ? AND owner = ?";

    private final String clientIdentifier;
    private final StoreThread thread;
    private final StoreFile file;
    private final long session;
    private final long token;

    private final ChangeWriter writer;

    private SqliteSessionLog(
            String clientIdentifier,
            StoreThread thread,
            StoreFile file,
            long session,
            long token,
            long latestPosition) {
        this.clientIdentifier = clientIdentifier;
        this.thread = thread;
        this.file = file;
        this.session = session;
        this.token = token;
        this.writer = new ChangeWriter(session, latestPosition);
    }

    /** Takes the session over, inside a transaction. */
    static SqliteSessionLog open(String clientIdentifier, Database database, StoreThread thread, StoreFile file)
            throws SQLException {
        long token = TOKENS.nextLong();
        PreparedStatement take = database.statement(TAKE);
        take.setString(1, clientIdentifier);
        take.setLong(2, token);
        take.setLong(3, Checksums.of(clientIdentifier));
        take.executeUpdate();
        PreparedStatement sessionId = database.statement(SESSION_ID);
        sessionId.setString(1, clientIdentifier);
        long session = numberOf(sessionId);
        long latestPosition = numberOf(database.bound(LATEST_POSITION, session));
        return new SqliteSessionLog(clientIdentifier, thread, file, session, token, latestPosition);
    }

    private static long numberOf(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("no row");
            }
            return rows.getLong(1);
        }
    }

    @Override
    public Publisher<SessionChange> recover() {
        return new RecoveryPublisher(thread, this::read);
    }

    @Override
    public Publisher<Void> append(List<SessionChange> changes) {
        return new WorkPublisher<>(thread, database -> {
            requireOwner(database);
            writer.write(changes, database);
            return null;
        });
    }

    @Override
    public Publisher<Void> close() {
        return new WorkPublisher<>(thread, database -> {
            database.update(GIVE_UP, session, token);
            return null;
        });
    }

    private RecoveryReader.Chunk read(
            RecoveryReader.Place place, int count, StoredMessage.Reader messages, Database database)
            throws SQLException {
        requireOwner(database);
        SetAside setAside = new SetAside(clientIdentifier, session, file);
        RecoveryReader.Chunk chunk = new RecoveryReader(session, database, setAside, messages).read(place, count);
        if (chunk.next().isEnd()) {
            database.requireSound(); // else entries that were not met would be left out in silence
        }
        return chunk;
    }

    private void requireOwner(Database database) throws SQLException {
        try (ResultSet rows = database.bound(OWNER, session).executeQuery()) {
            if (!rows.next() || rows.getLong(1) != token || rows.wasNull()) {
                throw new SessionTakenOverException(clientIdentifier);
            }
        }
    }
}
