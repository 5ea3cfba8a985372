package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.Payload;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.StoredMessage;
import io.reactivemqtt.store.sqlite.ChunkPublisher.Chunk;
import io.reactivemqtt.store.sqlite.ChunkPublisher.Place;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Those who look and change nothing: on a thread of their own, each with a connection of its own that shows the file as it stood
 * at one moment, so that no client waits for them.
 */
final class Lookers {

    private static final int IDLE_SECONDS = 5;

    private final StoreFile file;
    private final ThreadPoolExecutor thread;
    private final Set<Looker<?>> open = ConcurrentHashMap.newKeySet();

    Lookers(StoreFile file) {
        this.file = file;
        this.thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> newThread(work, file)) {
                    @Override
                    protected void terminated() {
                        open.forEach(Looker::closeDatabase);
                    }
                };
        thread.allowCoreThreadTimeOut(true);
    }

    private static Thread newThread(Runnable work, StoreFile file) {
        Thread made = new Thread(work, "mqtt-session-store look " + file);
        made.setDaemon(true);
        return made;
    }

    Publisher<SessionChange> peek(SessionKey key) {
        return new ChunkPublisher<>(() -> new Peek(key));
    }

    Publisher<SessionKey> sessions(String namespace) {
        return new ChunkPublisher<>(() -> new Sessions(namespace));
    }

    /** Ends all that still look, when they have read what they are at; what they ask for later is refused. */
    void close() {
        thread.shutdown();
    }

    private abstract class Looker<T> implements ChunkPublisher.Source<T> {

        // ---- of the thread alone
        private @Nullable Database database;
        private boolean closed;

        @Override
        public void hand(Work work) {
            try {
                thread.execute(() -> perform(work));
            } catch (RejectedExecutionException storeIsClosed) {
                work.failed(SqlFailure.closed(file));
            }
        }

        private void perform(Work work) {
            try {
                work.run(database());
            } catch (Throwable failure) {
                work.failed(SqlFailure.inWords(file, failure));
                return;
            }
            work.done();
        }

        private Database database() throws SQLException {
            if (closed) {
                throw SqlFailure.closed(file);
            }
            Database known = database;
            if (known == null) {
                open.add(this);
                known = file.openToLook();
                database = known;
            }
            return known;
        }

        @Override
        public void close() {
            try {
                thread.execute(() -> {
                    closed = true;
                    closeDatabase();
                });
            } catch (RejectedExecutionException storeIsClosed) {
                // and with it all that looked
            }
        }

        void closeDatabase() {
            open.remove(this);
            if (database != null) {
                database.close();
                database = null;
            }
        }
    }

    private final class Peek extends Looker<SessionChange> implements Unreadable {
        private final SessionKey key;
        private final StoredMessage.Reader messages = new StoredMessage.Reader();

        Peek(SessionKey key) {
            this.key = key;
        }

        @Override
        public Chunk<SessionChange> read(Place place, int count, Database database) throws SQLException {
            long session = SessionTable.idOf(key, database);
            Chunk<SessionChange> chunk = new RecoveryReader(session, database, this, messages).read(place, count);
            if (chunk.next().isEnd()) {
                database.requireSound();
            }
            return chunk;
        }

        @Override
        public EntryUnreadable add(String entry, String reason, Payload content, String deletion, long rowKey) {
            return SetAside.unreadable(key, entry, reason, "It stands in " + file + " as it did");
        }

        @Override
        public void move(Database database) {}
    }

    private final class Sessions extends Looker<SessionKey> {
        private final String namespace;

        Sessions(String namespace) {
            this.namespace = namespace;
        }

        @Override
        public Chunk<SessionKey> read(Place place, int count, Database database) throws SQLException {
            List<SessionKey> keys = SessionTable.keys(namespace, database);
            return new Chunk<>(keys, Place.END);
        }
    }
}
