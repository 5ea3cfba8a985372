package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.StoredMessage;
import io.reactivemqtt.store.sqlite.ChunkPublisher.Chunk;
import io.reactivemqtt.store.sqlite.ChunkPublisher.Place;
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
            INSERT INTO session (namespace, client_identifier, owner, name_checksum) VALUES (?, ?, ?, ?)
                ON CONFLICT (namespace, client_identifier) DO UPDATE SET owner = excluded.owner""";
    private static final String LATEST_POSITION = """
            SELECT max(
                coalesce((SELECT max(position) FROM subscription WHERE session = ?1), 0),
                coalesce((SELECT max(position) FROM incoming WHERE session = ?1), 0),
                coalesce((SELECT max(release_order) FROM outgoing WHERE session = ?1 AND release_order IS NOT NULL), 0))""";
    private static final String OWNER = "SELECT owner FROM session WHERE id = ?";
    private static final String GIVE_UP = "UPDATE session SET owner = NULL WHERE id = ? AND owner = ?";

    private final SessionKey key;
    private final StoreThread thread;
    private final StoreFile file;
    private final long session;
    private final long token;

    private final ChangeWriter writer;

    private SqliteSessionLog(
            SessionKey key, StoreThread thread, StoreFile file, long session, long token, long latestPosition) {
        this.key = key;
        this.thread = thread;
        this.file = file;
        this.session = session;
        this.token = token;
        this.writer = new ChangeWriter(session, latestPosition);
    }

    /** Takes the session over, inside a transaction. */
    static SqliteSessionLog open(SessionKey key, Database database, StoreThread thread, StoreFile file)
            throws SQLException {
        long token = TOKENS.nextLong();
        PreparedStatement take = database.statement(TAKE);
        take.setString(1, key.namespace());
        take.setString(2, key.clientIdentifier());
        take.setLong(3, token);
        take.setLong(4, Checksums.ofName(key.namespace(), key.clientIdentifier()));
        take.executeUpdate();
        long session = SessionTable.idOf(key, database);
        long latestPosition = Database.numberOf(database.bound(LATEST_POSITION, session));
        return new SqliteSessionLog(key, thread, file, session, token, latestPosition);
    }

    @Override
    public Publisher<SessionChange> recover() {
        return new ChunkPublisher<>(Recovered::new);
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

    private final class Recovered implements ChunkPublisher.Source<SessionChange> {
        private final StoredMessage.Reader messages = new StoredMessage.Reader();

        @Override
        public void hand(Work work) {
            thread.hand(work);
        }

        @Override
        public Chunk<SessionChange> read(Place place, int count, Database database) throws SQLException {
            requireOwner(database);
            SetAside setAside = new SetAside(key, session, file);
            Chunk<SessionChange> chunk = new RecoveryReader(session, database, setAside, messages).read(place, count);
            if (chunk.next().isEnd()) {
                database.requireSound(); // else entries that were not met would be left out in silence
            }
            return chunk;
        }

        @Override
        public void close() {}
    }

    private void requireOwner(Database database) throws SQLException {
        try (ResultSet rows = database.bound(OWNER, session).executeQuery()) {
            if (!rows.next() || rows.getLong(1) != token || rows.wasNull()) {
                throw new SessionTakenOverException(key.clientIdentifier());
            }
        }
    }
}
