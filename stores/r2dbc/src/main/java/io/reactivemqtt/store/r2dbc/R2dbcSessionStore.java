package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.common.Hashes;
import io.reactivemqtt.store.common.Openings;
import io.reactivemqtt.store.common.RecoveryReader;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps Sessions in PostgreSQL, for processes on many machines: each Session may move from one to another, and the last that opens it owns
 * it. An append of an earlier owner fails, also that of a process that was stopped for an hour and goes on: each compares, and locks, the
 * epoch of the Session's row in its own transaction.
 *
 * <p>What is stored is as durable as the database's commits are: {@code synchronous_commit} on, and for a fail-over a synchronous standby.
 *
 * <p>Over one more connection, outside the pool, the store hears at once that a Session was opened elsewhere ({@code LISTEN}), so the old owner's
 * client stops before its next append; this needs the driver {@code r2dbc-postgresql}.
 *
 * <p>One store serves any number of clients. What they append at the same time shares a transaction, of which a few are under way at
 * once: so a thousand clients need no more than four connections at once for them. Give it a pool ({@code r2dbc-pool}): each transaction takes a connection, and
 * gives it back. The store never blocks and has no thread; its signals come on those of the driver.
 *
 * <p>The tables {@code mqtt_session}, {@code mqtt_entry}, {@code mqtt_set_aside}, {@code mqtt_schema} and the functions {@code mqtt_append} and {@code mqtt_delete}
 * are made when the store is first used, in the first schema of the search path. The file {@code
 * io/reactivemqtt/store/r2dbc/postgresql-1.sql} of this artifact makes them too: then {@link Builder#migrate migrate(false)}, and the store needs no more than SELECT, INSERT,
 * UPDATE and DELETE on them, USAGE on the schema, and EXECUTE on the functions. Topics and payloads stand in them in clear.
 *
 * <p>An entry that cannot be read, or whose checksum (CRC32C) is wrong, is moved to {@code mqtt_set_aside} with the reason.
 */
public final class R2dbcSessionStore implements SessionStore {

    private static final String OPEN = """
            WITH opened AS (INSERT INTO mqtt_session AS s (name_hash, namespace, client_identifier, owner_epoch, owner_since, owner_name)
                VALUES ($1, $2, $3, 1, now(), $4)
                ON CONFLICT (name_hash) DO UPDATE SET
                    owner_epoch = s.owner_epoch + 1, owner_since = excluded.owner_since, owner_name = excluded.owner_name
                RETURNING id, owner_epoch)
            SELECT id, owner_epoch, pg_notify('mqtt_session', id || ' ' || owner_epoch) FROM opened""";
    private static final String ID = "SELECT id FROM mqtt_session WHERE name_hash = $1";
    private static final String SESSIONS = """
            SELECT id, client_identifier FROM mqtt_session s WHERE namespace = $1 AND id > $2
                AND EXISTS (SELECT 1 FROM mqtt_entry WHERE session = s.id) ORDER BY id LIMIT 1000""";
    private static final String DELETE = "SELECT mqtt_delete($1)";
    private static final String CHECK =
            "SELECT pg_is_in_recovery() FROM (SELECT count(*) FROM (SELECT 1 FROM mqtt_session LIMIT 1) s) t";

    private final Database database;
    private final Takeovers takeovers;
    private final String ownerName;
    private final Openings openings = new Openings();

    private R2dbcSessionStore(Builder builder) {
        this.database = new Database(builder.connections, builder.migrates, builder.atMostTransactions);
        this.takeovers = new Takeovers(Database.withoutPool(builder.connections));
        this.ownerName = builder.ownerName;
    }

    /** Returns a store with the defaults of {@link #builder}. It connects when it is first used, and not before. */
    public static R2dbcSessionStore at(ConnectionFactory connections) {
        return builder(connections).build();
    }

    /**
     * Starts with the defaults.
     *
     * @param connections to a PostgreSQL 12 or newer; a pool, which the application closes after the clients have left
     */
    public static Builder builder(ConnectionFactory connections) {
        return new Builder(connections);
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return openings.inTurn(key, opened(key));
    }

    private Mono<SessionLog> opened(SessionKey key) {
        return database.once(connection -> Sql.read(
                        connection,
                        row -> (SessionLog)
                                new R2dbcSessionLog(database, takeovers, key, Sql.number(row, 0), Sql.number(row, 1)),
                        OPEN,
                        Hashes.of(key),
                        key.namespace(),
                        key.clientIdentifier(),
                        ownerName)
                .single());
    }

    /**
     * Reads it as it stands at one moment, however long the subscriber takes; until it has ended it has a connection of its own, not one of
     * the pool.
     */
    @Override
    public Publisher<SessionChange> peek(SessionKey key) {
        return database.inSnapshot(connection ->
                Sql.number(connection, ID, Hashes.of(key)).flatMapMany(session -> changes(connection, session)));
    }

    private static Flux<SessionChange> changes(Connection connection, long session) {
        return new RecoveryReader(
                        (section, after) -> RecoveryPages.page(connection, session, section, after),
                        (row, reason) -> Mono.just(new EntryUnreadable(row + " cannot be read: " + reason)))
                .changes();
    }

    private record Named(long session, SessionKey key) {}

    @Override
    public Publisher<SessionKey> sessions(String namespace) {
        return named(namespace, Long.MIN_VALUE)
                .expand(page -> page.isEmpty() ? Mono.empty() : named(namespace, page.get(page.size() - 1).session))
                .concatMapIterable(page -> page, 1)
                .map(Named::key);
    }

    private Mono<List<Named>> named(String namespace, long after) {
        return database.once(connection -> Sql.read(
                        connection,
                        row -> new Named(
                                Sql.number(row, 0),
                                SessionKey.of(namespace, Objects.requireNonNull(row.get(1, String.class)))),
                        SESSIONS,
                        namespace,
                        after)
                .collectList());
    }

    @Override
    public Publisher<Void> delete(SessionKey key) {
        return database.once(connection -> Sql.execute(connection, DELETE, (Object) Hashes.of(key)));
    }

    /** Takes a connection, reads a row, and fails if the database is a standby, which takes no change. */
    @Override
    public Publisher<Void> check() {
        return database.once(connection -> Sql.read(connection, row -> row.get(0, Boolean.class), CHECK)
                        .single())
                .flatMap(isStandby -> isStandby
                        ? Mono.error(new StoreException("the database is a standby, which takes no change", null))
                        : Mono.empty());
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final ConnectionFactory connections;
        private boolean migrates = true;
        private int atMostTransactions = 4;
        private String ownerName = "process " + ProcessHandle.current().pid();

        private Builder(ConnectionFactory connections) {
            this.connections = Objects.requireNonNull(connections, "connections");
        }

        /** Sets whether the tables are made, or brought to this release's version, when they are first used; default: yes. */
        public Builder migrate(boolean migrate) {
            this.migrates = migrate;
            return this;
        }

        /**
         * Sets how many transactions of appends are under way at once, each with a connection of its own; default 4. What is appended
         * meanwhile shares the next one.
         */
        public Builder atMostTransactions(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("there has to be 1 transaction at least, not " + count);
            }
            this.atMostTransactions = count;
            return this;
        }

        /** Sets what stands in the column {@code owner_name} of the Sessions that are opened, such as the name of the pod. */
        public Builder ownerName(String name) {
            this.ownerName = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Returns the store. */
        public R2dbcSessionStore build() {
            return new R2dbcSessionStore(this);
        }
    }
}
