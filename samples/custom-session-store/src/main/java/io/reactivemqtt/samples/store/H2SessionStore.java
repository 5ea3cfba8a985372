// #imports
package io.reactivemqtt.samples.store;

import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.SessionStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Keeps sessions in an H2 database: what was appended survives a killed process. */
public final class H2SessionStore implements SessionStore, AutoCloseable {
    // #end

    // #schema
    private static final String SCHEMA = """
            SET WRITE_DELAY 0; -- a commit is in the file when it ends
            CREATE SEQUENCE IF NOT EXISTS places;
            CREATE TABLE IF NOT EXISTS session (client VARCHAR PRIMARY KEY, owner VARCHAR);
            CREATE TABLE IF NOT EXISTS entry (client VARCHAR, name VARCHAR, PRIMARY KEY (client, name),
                section INT, -- 0 the session itself, 1 subscriptions, 2 incoming, 3 released, 4 waiting, 5 unreadable
                place BIGINT, packet INT, data VARCHAR);
            CREATE INDEX IF NOT EXISTS in_order ON entry (client, section, place)""";
    // #end

    // #statements
    private static final String OWN = "MERGE INTO session KEY (client) VALUES ($1, $2)";
    private static final String OWNED = "SELECT 1 FROM session WHERE client = $1 AND owner = $2 FOR UPDATE";
    private static final String DISOWN = "DELETE FROM session WHERE client = $1 AND owner = $2";
    private static final String ENTRY = " WHERE client = $1 AND name = $2";
    /** What is there keeps its place; what is new gets {@code $4}, or the next if that is 0. */
    private static final String PUT = """
            MERGE INTO entry KEY (client, name) VALUES ($1, $2, $3, coalesce(
                nullif(CAST($4 AS BIGINT), 0), (SELECT place FROM entry WHERE client = $1 AND name = $2), NEXT VALUE FOR places), 0, $5)""";

    private static final String ASSIGN = "UPDATE entry SET packet = $3" + ENTRY + " AND section = 4";
    private static final String RELEASE =
            "UPDATE entry SET section = 3, place = NEXT VALUE FOR places" + ENTRY + " AND section = 4";
    private static final String REMOVE = "DELETE FROM entry" + ENTRY;
    private static final String SET_ASIDE = "UPDATE entry SET section = 5" + ENTRY;
    private static final String DISCARD = "DELETE FROM entry WHERE client = $1 AND name <> 'reserved'";
    private static final String PAGE = """
            SELECT * FROM entry WHERE client = $1 AND section = $2 AND place > $3
                ORDER BY client, section, place FETCH FIRST 500 ROWS ONLY""";
    // #end

    // #open
    private final ConnectionFactory database;
    private final Connection keeper; // the database is open as long as anybody has a connection
    private final Scheduler thread = // for the driver blocks
            Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "h2-session-store", 60, true);

    /** Opens the database {@code file}, or makes it; blocks until that is done. */
    public H2SessionStore(Path file) {
        database = new H2ConnectionFactory(H2ConnectionConfiguration.builder()
                .file(file.toAbsolutePath().toString())
                .build());
        keeper = Mono.from(database.create()).block();
        execute(keeper, SCHEMA).block();
    }

    @Override
    public Publisher<SessionLog> open(String client) {
        return Mono.defer(() -> {
            Log log = new Log(this, client, UUID.randomUUID().toString());
            return inTransaction(in -> execute(in, OWN, client, log.owner).thenReturn(log));
        });
    }
    // #end

    // #transaction
    /** Does all of {@code work} or nothing of it, one after the other; whoever cancels stops nothing. */
    private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        Mono<T> transaction = Mono.usingWhen(
                        database.create(),
                        in -> Mono.from(in.beginTransaction()).then(Mono.defer(() -> work.apply(in))),
                        in -> Flux.concat(in.commitTransaction(), in.close()),
                        (in, failure) -> in.close(), // which rolls back
                        Connection::close)
                .onErrorMap(e -> !(e instanceof MqttException), e -> new StoreException("H2 failed: " + e, e))
                .subscribeOn(thread);
        return Mono.defer(transaction::cache); // for a cache goes on without its subscriber
    }

    private static Flux<Result> results(Connection in, String sql, Object... values) {
        Statement statement = in.createStatement(sql);
        for (int i = 0; i < values.length; i++) statement.bind(i, values[i]);
        return Flux.from(statement.execute()).cast(Result.class);
    }

    private static Mono<Void> execute(Connection in, String sql, Object... values) {
        return results(in, sql, values).concatMap(Result::getRowsUpdated).then();
    }
    // #end

    // #close
    /** Closes the database, and blocks until that is done. */
    @Override
    public void close() {
        Mono.from(keeper.close()).block();
        thread.dispose();
    }
    // #end

    // #append
    /** The entries of one client, as long as the row of its session has this owner. */
    private record Log(H2SessionStore store, String client, String owner) implements SessionLog {

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return whileOwner(in -> Flux.fromIterable(changes)
                    .concatMap(change -> write(change, in))
                    .then());
        }

        /** As {@link #inTransaction}, but only while nobody else has opened the session. */
        private <T> Mono<T> whileOwner(Function<Connection, Mono<T>> work) {
            return store.inTransaction(in -> results(in, OWNED, client, owner)
                    .concatMap(result -> result.map(row -> true))
                    .switchIfEmpty(Mono.error(() -> new SessionTakenOverException(client)))
                    .then(Mono.defer(() -> work.apply(in))));
        }
        // #end

        // #write
        private Mono<Void> write(SessionChange change, Connection in) {
            if (change instanceof OutgoingAccepted it) return put(in, "o" + it.sequence(), 4, it.sequence(), it);
            if (change instanceof OutgoingAssigned it)
                return execute(in, ASSIGN, client, "o" + it.sequence(), it.packetIdentifier());
            if (change instanceof OutgoingUnassigned it) return execute(in, ASSIGN, client, "o" + it.sequence(), 0);
            if (change instanceof OutgoingReleased it) return execute(in, RELEASE, client, "o" + it.sequence());
            if (change instanceof OutgoingCompleted it) return execute(in, REMOVE, client, "o" + it.sequence());
            if (change instanceof IncomingProcessed it) return put(in, "i" + it.packetIdentifier(), 2, 0, it);
            if (change instanceof IncomingReleased it) return execute(in, REMOVE, client, "i" + it.packetIdentifier());
            if (change instanceof SubscriptionAdded it)
                return put(in, "s" + it.subscription().topicFilter(), 1, 0, it);
            if (change instanceof SubscriptionRemoved it) return execute(in, REMOVE, client, "s" + it.topicFilter());
            if (change instanceof SequencesReserved) return put(in, "reserved", 0, 1, change);
            if (change instanceof ConnectionBegun || change instanceof ConnectionEnded)
                return put(in, "connection", 0, 2, change);
            if (change instanceof SessionDiscarded) return execute(in, DISCARD, client);
            return Mono.error(new IllegalArgumentException("recovered, never appended: " + change));
        }

        /** Keeps a change as a snapshot of it alone: text with a checksum. */
        private Mono<Void> put(Connection in, String name, int section, long place, SessionChange change) {
            return execute(
                    in, PUT, client, name, section, place, new SessionSnapshot(client, List.of(change)).toJson());
        }
        // #end

        // #recover
        /** Section by section, page by page: nobody ever holds all of them. */
        @Override
        public Publisher<SessionChange> recover() {
            return Flux.range(0, 5)
                    .concatMap(section -> page(section, -1).expand(page -> next(section, page)), 1)
                    .concatMapIterable(page -> page, 1)
                    .concatMap(this::changes, 1);
        }

        private Mono<List<Entry>> page(int section, long after) {
            return whileOwner(in -> results(in, PAGE, client, section, after)
                    .concatMap(result -> result.map(Entry::of))
                    .collectList());
        }

        private Mono<List<Entry>> next(int section, List<Entry> page) {
            return page.isEmpty() ? Mono.empty() : page(section, page.get(page.size() - 1).place);
        }

        private Publisher<SessionChange> changes(Entry entry) {
            try {
                return Flux.fromIterable(entry.changes());
            } catch (SnapshotRefusedException e) {
                SessionChange unreadable = new EntryUnreadable(entry.name + " is in section 5 now: " + e.getMessage());
                return store.inTransaction(
                        in -> execute(in, SET_ASIDE, client, entry.name).thenReturn(unreadable));
            }
        }
        // #end

        // #giveUp
        @Override
        public Publisher<Void> close() {
            return store.inTransaction(in -> execute(in, DISOWN, client, owner));
        }
    }
    // #end

    // #entry
    private record Entry(String name, int section, long place, int packet, String data) {
        static Entry of(Readable row) {
            return new Entry(
                    row.get("name", String.class),
                    row.get("section", Integer.class),
                    row.get("place", Long.class),
                    row.get("packet", Integer.class),
                    row.get("data", String.class));
        }

        List<SessionChange> changes() {
            List<SessionChange> changes =
                    new ArrayList<>(SessionSnapshot.fromJson(data).changes());
            if (packet > 0) changes.add(new OutgoingAssigned(Long.parseLong(name.substring(1)), packet));
            if (section == 3) changes.add(new OutgoingReleased(Long.parseLong(name.substring(1))));
            return changes;
        }
    }
}
// #end
