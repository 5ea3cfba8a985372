package io.reactivemqtt.samples.fleet;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The application's own tables: who is alive, and what has arrived. */
final class Database {

    private static final int CONNECTIONS = 20;

    private static final List<String> TABLES = List.of(
            "DROP TABLE IF EXISTS fleet_member, fleet_arrival",
            "CREATE TABLE fleet_member (name text PRIMARY KEY, seen timestamptz NOT NULL)",
            "CREATE TABLE fleet_arrival (session text NOT NULL, number text NOT NULL, member text NOT NULL,"
                    + " at timestamptz NOT NULL DEFAULT clock_timestamp())");

    private static final String ANNOUNCE =
            "INSERT INTO fleet_member VALUES ($1, now())" + " ON CONFLICT (name) DO UPDATE SET seen = excluded.seen";
    private static final String ALIVE =
            "SELECT count(*)::integer FROM fleet_member WHERE seen > now() - $1 * interval '1 millisecond'";

    private final ConnectionPool pool;

    /** Connects when it is first used. */
    Database(String url) {
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(url))
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .maxAcquireTime(Duration.ofSeconds(10))
                .build());
    }

    ConnectionPool connections() {
        return pool;
    }

    Mono<Void> makeTables() {
        return Flux.fromIterable(TABLES).concatMap(this::execute).then();
    }

    /** Says that {@code member} lives, and returns how many do. */
    Mono<Integer> announce(String member, Duration within) {
        return execute(ANNOUNCE, member)
                .then(read(row -> row.get(0, Integer.class), ALIVE, within.toMillis())
                        .next());
    }

    /** Writes down a message, in the transaction of {@code connection}. */
    static Mono<Void> insert(Connection connection, String session, String number, String member) {
        return results(connection, "INSERT INTO fleet_arrival VALUES ($1, $2, $3)", session, number, member)
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    Mono<Void> execute(String sql, Object... values) {
        return Mono.usingWhen(
                pool.create(),
                connection -> results(connection, sql, values)
                        .concatMap(Result::getRowsUpdated)
                        .then(),
                Connection::close);
    }

    <T> Flux<T> read(Function<Readable, T> row, String sql, Object... values) {
        return Flux.usingWhen(
                pool.create(),
                connection -> results(connection, sql, values).concatMap(result -> result.map(row)),
                Connection::close);
    }

    private static Flux<Result> results(Connection connection, String sql, Object... values) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.bind(i, values[i]);
        }
        return Flux.from(statement.execute()).cast(Result.class);
    }

    void close() {
        pool.dispose();
    }
}
