package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.common.Hashes;
import io.reactivemqtt.store.common.Openings;
import io.reactivemqtt.store.common.RecoveryReader;
import io.reactivemqtt.store.common.RenewedLeases;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
 * <p>The tables {@code mqtt_session}, {@code mqtt_entry}, {@code mqtt_set_aside}, {@code mqtt_outbox}, {@code mqtt_lease}, {@code mqtt_schema} and the functions {@code mqtt_append}, {@code mqtt_process} and {@code mqtt_delete}
 * are made when the store is first used, in the first schema of the search path. The file {@code
 * io/reactivemqtt/store/r2dbc/postgresql-1.sql} of this artifact makes them too: then {@link Builder#migrate migrate(false)}, and the store needs no more than SELECT, INSERT,
 * UPDATE and DELETE on them, USAGE on the schema, and EXECUTE on the functions. Topics and payloads stand in them in clear.
 *
 * <p>An entry that cannot be read, or whose checksum (CRC32C) is wrong, is moved to {@code mqtt_set_aside} with the reason.
 */
public final class R2dbcSessionStore implements SessionStore {

    private static final String OPEN = """
            WITH opened AS (INSERT INTO mqtt_session AS s (name_hash, namespace, client_identifier, owner_epoch, owner_since, owner_name, owner_token)
                VALUES ($1, $2, $3, 1, now(), $4, $5)
                ON CONFLICT (name_hash) DO UPDATE SET
                    owner_epoch = s.owner_epoch + 1, owner_since = excluded.owner_since, owner_name = excluded.owner_name,
                    owner_token = excluded.owner_token
                RETURNING id, owner_epoch)
            SELECT id, owner_epoch, pg_notify('mqtt_session', id || ' ' || owner_epoch) FROM opened""";
    private static final String REOPEN = """
            UPDATE mqtt_session SET owner_epoch = owner_epoch + 1, owner_since = now(), owner_name = $3
                WHERE name_hash = $1 AND owner_token = $2 RETURNING id, owner_epoch""";
    private static final String ID = "SELECT id FROM mqtt_session WHERE name_hash = $1";
    private static final String SESSIONS = """
            SELECT id, client_identifier FROM mqtt_session s WHERE namespace = $1 AND id > $2
                AND EXISTS (SELECT 1 FROM mqtt_entry WHERE session = s.id) ORDER BY id LIMIT 1000""";
    private static final String DELETE = "SELECT mqtt_delete($1)";
    private static final String CHECK =
            "SELECT pg_is_in_recovery() FROM (SELECT count(*) FROM (SELECT 1 FROM mqtt_session LIMIT 1) s) t";

    private static final Duration DEFAULT_IDLE = Duration.ofMinutes(1);
    private static final Duration DEFAULT_POLL = Duration.ofSeconds(10);
    private final Database database;
    private final Notifications notifications;
    private final Outboxes outboxes;
    private final String ownerName;
    private final Openings openings = new Openings();

    private R2dbcSessionStore(Builder builder) {
        this.database = new Database(builder.connections, builder.migrates, builder.atMostTransactions);
        this.notifications = new Notifications(Database.withoutPool(builder.connections));
        this.outboxes = new Outboxes(database, notifications, builder.outboxPoll);
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

    @Override
    public Publisher<SessionLog> reopen(SessionKey key, SessionLog earlier) {
        return earlier.undecoratedLog() instanceof R2dbcSessionLog own
                ? openings.inTurn(key, reopened(key, own.token()))
                : open(key);
    }

    private Mono<SessionLog> reopened(SessionKey key, UUID token) {
        return database.once(connection -> Sql.read(
                        connection, row -> log(key, row, token), REOPEN, Hashes.of(key), token, ownerName)
                .collectList()
                .map(rows -> rows.stream()
                        .findFirst()
                        .orElseThrow(() -> new SessionTakenOverException(key.clientIdentifier()))));
    }

    private Mono<SessionLog> opened(SessionKey key) {
        return database.once(connection -> {
            UUID token = UUID.randomUUID();
            return Sql.read(
                            connection,
                            row -> log(key, row, token),
                            OPEN,
                            Hashes.of(key),
                            key.namespace(),
                            key.clientIdentifier(),
                            ownerName,
                            token)
                    .single();
        });
    }

    private SessionLog log(SessionKey key, Readable row, UUID token) {
        return new R2dbcSessionLog(
                database, notifications, outboxes, key, Sql.number(row, 0), Sql.number(row, 1), token);
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

    /**
     * Returns leases for processes that share Sessions: who is to open one, where several could. No clock but the database's is read.
     *
     * @param lease how long one lasts if it is not renewed: so long a Session waits at most for another process when its own is gone. It is
     *     renewed three times in that time; 10 s is a good one
     * @throws IllegalArgumentException unless {@code lease} is 100 ms to 1 day
     */
    public SessionLeases leases(Duration lease) {
        return new RenewedLeases(new LeaseRows(database, notifications, lease, ownerName), lease);
    }

    // ---- with the application's own transactions

    /** As {@link #transaction(Duration)}, with one minute. */
    public HandlerTransaction<Connection> transaction() {
        return transaction(DEFAULT_IDLE);
    }

    /**
     * Returns what lets a handler share the transaction in which a message is marked as processed, for {@link
     * ConsumeOptions.Builder#in consume}: what it does with the connection that it gets and the mark are committed together, or not at
     * all. The handler MUST NOT commit, roll back or close. It runs on a thread of the driver.
     *
     * <p>Each such handler has a connection of the pool, from the time at which it begins until it has ended: as many as the {@linkplain
     * ConsumeOptions.Builder#concurrency concurrency} of each {@code consume}.
     *
     * @param atMostIdle how long the transaction may wait between two statements, or for its end, before the database rolls it back and
     *     ends its connection ({@code idle_in_transaction_session_timeout}); so a process that was stopped in its midst holds up the next
     *     owner no longer
     * @throws IllegalArgumentException unless {@code atMostIdle} is 1 ms to 24 days
     */
    public HandlerTransaction<Connection> transaction(Duration atMostIdle) {
        if (atMostIdle.toMillis() < 1 || atMostIdle.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a transaction is idle for 1 ms to 24 days at most, not " + atMostIdle);
        }
        return new R2dbcTransaction(this, database, atMostIdle);
    }

    /** As {@link #outbox(Connection, SessionKey, ApplicationMessage, String)}, without a reference. */
    public Publisher<Void> outbox(Connection connection, SessionKey key, ApplicationMessage message) {
        return put(connection, key, message, null);
    }

    /**
     * Puts a message into the outbox of a Session, in the application's own transaction: it is sent if, and only if, that is committed.
     * The client that has the Session, in this process or another, now or later, takes it from there, in the order in which one transaction
     * has put it there, and behind what was committed and taken before; a crash neither loses nor repeats it. Its receipt, with {@code
     * reference}, comes by the {@code receipts()} of that client.
     *
     * <p>The client hears of it at once ({@code NOTIFY}, at the commit), or by {@linkplain Builder#outboxPoll looking} from time to time.
     * With Spring, {@code databaseClient.inConnection(…)} gives the connection of the transaction. The tables have to be there, which they
     * are once any client has opened a Session in this schema, or by the application's own migration.
     *
     * @param connection that has the transaction; it may be that of a handler in a {@link #transaction}
     * @param key of the Session; need not be there yet. Without a namespace: {@code SessionKey.of("billing")}
     * @param message at QoS 1 or 2; its Message Expiry Interval, if any, runs from now
     * @param reference 1 to {@value ReceiptWanted#LONGEST_REFERENCE} bytes in UTF-8; need not be unique
     * @return cold; completes when the statement has run, and is stored when the transaction is committed
     * @throws IllegalArgumentException if the message is QoS 0, or {@code reference} is too long, empty, or no text of MQTT
     */
    public Publisher<Void> outbox(Connection connection, SessionKey key, ApplicationMessage message, String reference) {
        return put(connection, key, message, ReceiptWanted.requireReference(reference));
    }

    private static Publisher<Void> put(
            Connection connection, SessionKey key, ApplicationMessage message, @Nullable String reference) {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(key, "key");
        if (message.qos() == Qos.AT_MOST_ONCE) {
            throw new IllegalArgumentException("a QoS 0 message is not kept in the Session: publish it");
        }
        return Mono.defer(() -> Outboxes.put(connection, key, message, reference));
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final ConnectionFactory connections;
        private boolean migrates = true;
        private int atMostTransactions = 4;
        private Duration outboxPoll = DEFAULT_POLL;
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

        /**
         * Sets how often the store looks at the outboxes of its Sessions, whatever it hears of them; default 10 s. One query for all of
         * them.
         *
         * @throws IllegalArgumentException unless {@code interval} is positive
         */
        public Builder outboxPoll(Duration interval) {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("the time between two looks is positive, not " + interval);
            }
            this.outboxPoll = interval;
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
