package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements and their results. */
final class Sql {

    private Sql() {}

    private static Flux<Result> results(Connection connection, String sql, Object... values) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.bind(i, values[i]);
        }
        return Flux.from(statement.execute()).cast(Result.class);
    }

    static Mono<Void> execute(Connection connection, String sql, Object... values) {
        return results(connection, sql, values)
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    static <T> Flux<T> read(Connection connection, Function<Readable, T> row, String sql, Object... values) {
        return results(connection, sql, values).concatMap(result -> result.map(row));
    }

    /** Returns the number in the first column of the only row, if there is one, when the statement has ended: then the next may begin. */
    static Mono<Long> number(Connection connection, String sql, byte[] value) {
        return read(connection, row -> number(row, 0), sql, (Object) value)
                .collectList()
                .flatMap(numbers -> Mono.justOrEmpty(numbers.stream().findFirst()));
    }

    /** Does all of {@code work} or nothing of it; gives the connection back whatever fails. */
    static <T> Mono<T> inTransaction(ConnectionFactory connections, Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                connections.create(),
                connection -> Mono.from(connection.beginTransaction()).then(Mono.defer(() -> work.apply(connection))),
                connection -> Flux.concatDelayError(connection.commitTransaction(), connection.close()),
                (connection, failure) -> Flux.concatDelayError(connection.rollbackTransaction(), connection.close()),
                connection -> Flux.concatDelayError(connection.rollbackTransaction(), connection.close()));
    }

    static long number(Readable row, int column) {
        Long number = row.get(column, Long.class);
        if (number == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return number;
    }
}
