package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A PostgreSQL for a test class, with a schema for each store. */
final class TestDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 5;

    private final RunningPostgreSql server;
    private final AtomicInteger schemas = new AtomicInteger();

    private TestDatabase(RunningPostgreSql server) {
        this.server = server;
    }

    static TestDatabase start() {
        Optional<RunningPostgreSql> server = RunningPostgreSql.start();
        assumeThat(server).as("Debian's package postgresql").isPresent();
        return new TestDatabase(server.orElseThrow());
    }

    RunningPostgreSql server() {
        return server;
    }

    /** Makes a schema without anything in it. */
    String newSchema() {
        String schema = "place_" + schemas.incrementAndGet();
        read("public", "CREATE SCHEMA " + schema);
        return schema;
    }

    ConnectionFactory single(String schema) {
        return new PostgresqlConnectionFactory(configuration(server.port(), schema));
    }

    /** Returns how to connect to a schema of the server on that port, also of another process. */
    static PostgresqlConnectionConfiguration configuration(int port, String schema) {
        return PostgresqlConnectionConfiguration.builder()
                .host("127.0.0.1")
                .port(port)
                .username(RunningPostgreSql.USER)
                .database(RunningPostgreSql.USER)
                .schema(schema)
                .build();
    }

    ConnectionPool pool(String schema) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(single(schema))
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .maxAcquireTime(Duration.ofSeconds(20))
                .build());
    }

    /** Returns the first column of the result. */
    List<Object> read(String schema, String sql) {
        return Objects.requireNonNull(reading(schema, sql).block());
    }

    /** Waits until that is the result. */
    void await(String schema, String sql, Object expected) {
        reading(schema, sql)
                .repeatWhen(times -> times.delayElements(Duration.ofMillis(20)))
                .takeUntil(List.of(expected)::equals)
                .blockLast(Duration.ofSeconds(30));
    }

    private Mono<List<Object>> reading(String schema, String sql) {
        return Flux.usingWhen(
                        single(schema).create(),
                        connection -> Flux.from(connection.createStatement(sql).execute())
                                .concatMap(result -> result.map((row, columns) -> first(row))),
                        Connection::close)
                .collectList();
    }

    private static Object first(Row row) {
        Object value = row.get(0);
        return value == null ? "null" : value;
    }

    static void dispose(ConnectionPool pool) {
        Mono.from(pool.close()).block();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
