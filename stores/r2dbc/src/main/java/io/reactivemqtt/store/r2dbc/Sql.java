package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements and their results. */
final class Sql {

    private Sql() {}

    private static Flux<Result> results(Connection connection, String sql, Object... values) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Class<?> type) { // null, of that type
                statement.bindNull(i, type);
            } else {
                statement.bind(i, values[i]);
            }
        }
        return Flux.from(statement.execute()).cast(Result.class);
    }

    /** Returns what stands for {@code value} among the values of a statement. */
    static Object orNull(@Nullable Object value, Class<?> type) {
        return value == null ? type : value;
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
    static Mono<Void> inTransaction(ConnectionFactory connections, Function<Connection, Mono<Void>> work) {
        return Mono.usingWhen(
                connections.create(),
                connection -> Mono.from(connection.beginTransaction(IsolationLevel.READ_COMMITTED))
                        .then(Mono.defer(() -> work.apply(connection)))
                        .then(Mono.defer(() -> Mono.from(connection.commitTransaction()))),
                Connection::close,
                (connection, failure) -> rolledBack(connection),
                Sql::rolledBack);
    }

    private static Flux<Void> rolledBack(Connection connection) {
        return Flux.concatDelayError(connection.rollbackTransaction(), connection.close())
                .onErrorComplete(); // a connection that is gone has rolled back, and what failed first is to be told
    }

    static long number(Readable row, int column) {
        Long number = row.get(column, Long.class);
        if (number == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return number;
    }
}
