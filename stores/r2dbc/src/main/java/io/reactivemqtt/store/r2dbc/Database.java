package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Wrapped;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.common.SharedTransactions;
import io.reactivemqtt.store.common.SharedTransactions.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections, what is done with them, and what their failures mean. */
final class Database {

    /** No right, no table, no schema. */
    private static final Set<String> OF_THE_SCHEMA = Set.of("42501", "42P01", "3F000");

    /** Beginnings of SQLSTATE: a lock that is not to be had, a deadlock, an exception that was raised, a value, a constraint. */
    private static final Set<String> STATEMENT_FAILED = Set.of("55P03", "40P01", "P0", "22", "23");

    private static final String ADVICE =
            ". Let this user CREATE in the schema, or run postgresql-1.sql of this artifact as another one and grant the rights";

    private final ConnectionFactory connections;
    private final @Nullable Schema schema;
    private final SharedTransactions<Append> appends;

    /**
     * Connects to nothing yet.
     *
     * @param atMostTransactions how many groups are committed side by side
     */
    Database(ConnectionFactory connections, boolean migrates, int atMostTransactions) {
        this.connections = connections;
        this.schema = migrates ? new Schema(connections) : null;
        this.appends = new SharedTransactions<>(
                atMostTransactions,
                MOST_APPENDS,
                MOST_BYTES,
                append -> append.effects().weight(),
                this::commit);
    }

    private static final int MOST_APPENDS = 250;
    private static final long MOST_BYTES = 4 << 20;

    /** Appends with what others append. */
    Publisher<Void> append(Append append) {
        return appends.append(append);
    }

    private Publisher<Failure<Append>> commit(List<Append> group) {
        Map<Long, Append> latest = new LinkedHashMap<>();
        group.forEach(append -> latest.merge(append.session(), append, Database::later));
        List<Append> written = List.copyOf(latest.values());
        Flux<Failure<Append>> superseded = Flux.fromIterable(group)
                .filter(append -> !isLatest(append, latest))
                .map(Database::takenOver);
        return Flux.concat(superseded, commitTogether(written));
    }

    private Flux<Failure<Append>> commitTogether(List<Append> group) {
        Flux<Failure<Append>> committed = once(connection -> write(group, connection))
                .flatMapIterable(mine -> group.stream()
                        .filter(append -> !mine.contains(append.session()))
                        .map(Database::takenOver)
                        .toList());
        return group.size() == 1
                ? committed
                : committed.onErrorResume(Database::isRolledBack, failure -> commitAlone(group));
    }

    /** What is wrong with one of them is not to fail the others. */
    private Flux<Failure<Append>> commitAlone(List<Append> group) {
        return Flux.fromIterable(group).concatMap(append -> commitTogether(List.of(append))
                .onErrorResume(failure -> Mono.just(new Failure<>(append, failure))));
    }

    /** Tells whether the database itself has said that it did nothing; a lost connection leaves that open. */
    private static boolean isRolledBack(Throwable failure) {
        String state = failure.getCause() instanceof R2dbcException known ? known.getSqlState() : null;
        return state != null && STATEMENT_FAILED.stream().anyMatch(state::startsWith);
    }

    private static Failure<Append> takenOver(Append append) {
        return new Failure<>(append, new SessionTakenOverException(append.clientIdentifier()));
    }

    private static boolean isLatest(Append append, Map<Long, Append> latest) {
        return append.epoch()
                == Objects.requireNonNull(latest.get(append.session())).epoch();
    }

    /** Of two owners in this process the one that opened the Session later; the other is none any more. */
    private static Append later(Append one, Append other) {
        return one.epoch() > other.epoch() ? one : other;
    }

    private static Mono<Set<Long>> write(List<Append> group, Connection connection) {
        return Flux.from(AppendStatement.of(group, connection).execute())
                .concatMap(result -> result.map(row -> Sql.number(row, 0)))
                .collect(Collectors.toSet());
    }

    // ---- connections

    /** Does {@code work}, one statement, which is a transaction of its own. */
    <T> Mono<T> once(Function<Connection, Mono<T>> work) {
        return toItsEnd(prepared().then(connected(work)));
    }

    /** Does {@code work}, and all of it or nothing; whoever cancels ends it. */
    Mono<Void> inTransaction(Function<Connection, Mono<Void>> work) {
        return prepared().onErrorMap(Database::inWords).then(Sql.inTransaction(connections, work));
    }

    private <T> Mono<T> connected(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(connections.create(), work, Connection::close);
    }

    /** Returns what a pool takes its connections from, for what needs one for long. */
    static ConnectionFactory withoutPool(ConnectionFactory connections) {
        ConnectionFactory inner = connections;
        while (inner instanceof Wrapped<?> outer && outer.unwrap() instanceof ConnectionFactory within) {
            inner = within;
        }
        return inner;
    }

    /** Reads what stands there at one moment, however long that takes; whoever cancels ends it. */
    <T> Flux<T> inSnapshot(Function<Connection, Flux<T>> work) {
        return prepared()
                .thenMany(Flux.usingWhen(
                        withoutPool(connections).create(),
                        connection -> Mono.from(connection.beginTransaction(IsolationLevel.REPEATABLE_READ))
                                .thenMany(Flux.defer(() -> work.apply(connection))),
                        Database::endSnapshot,
                        (connection, failure) -> endSnapshot(connection),
                        Database::endSnapshot))
                .onErrorMap(Database::inWords);
    }

    private static Publisher<Void> endSnapshot(Connection connection) {
        return Flux.concatDelayError(connection.rollbackTransaction(), connection.close());
    }

    private Mono<Void> prepared() {
        return schema == null ? Mono.empty() : schema.prepared();
    }

    /** Whoever cancels stops nothing: what has begun is committed, or is not. */
    private static <T> Mono<T> toItsEnd(Mono<T> work) {
        Mono<T> inWords = work.onErrorMap(Database::inWords);
        return Mono.defer(inWords::cache); // a cache goes on without its subscriber
    }

    static Throwable inWords(Throwable failure) {
        if (failure instanceof MqttException) {
            return failure;
        }
        String state =
                failure instanceof R2dbcException known ? Objects.requireNonNullElse(known.getSqlState(), "") : "";
        return new StoreException(
                "the database failed" + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")") + ": "
                        + failure.getMessage() + (OF_THE_SCHEMA.contains(state) ? ADVICE : ""),
                failure);
    }
}
