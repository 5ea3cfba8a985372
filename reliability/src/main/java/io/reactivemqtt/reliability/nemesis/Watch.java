package io.reactivemqtt.reliability.nemesis;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import io.reactivemqtt.Qos;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads what stands in the tables, from outside of all faults but those of the database. */
final class Watch implements AutoCloseable {

    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(60);

    private final ConnectionPool connections;
    private final Disposable watching;
    private volatile long handled;

    private Watch(ConnectionPool connections) {
        this.connections = connections;
        this.watching = Mono.defer(() -> rows("SELECT coalesce(max(number), 0) FROM handled", row -> number(row, 0))
                        .single()
                        .timeout(PATIENCE))
                .doOnNext(number -> handled = number)
                .then()
                .onErrorResume(failure -> Mono.empty()) // the database is away, and comes again
                .repeatWhen(again -> again.delayElements(BEAT))
                .subscribe();
    }

    static Watch start(String database) {
        return new Watch(Databases.pool(database, "watch"));
    }

    /** Returns about how many rows the handlers have made. */
    long handled() {
        return handled;
    }

    /** Returns how many of the messages that the Server has taken over were not handled yet. */
    long missing(Outside outside) {
        List<Long> counts = read("SELECT count(DISTINCT (topic, id)) FROM handled", row -> number(row, 0));
        return outside.published() - counts.get(0);
    }

    List<Checks.Handled> allHandled() {
        return read(
                "SELECT topic, id FROM handled ORDER BY number",
                row -> new Checks.Handled(
                        text(row, 0).equals(Topics.in(Qos.EXACTLY_ONCE)) ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE,
                        number(row, 1)));
    }

    List<Checks.Append> allAppends() {
        return read(
                "SELECT writer, owner, epoch, changed FROM append ORDER BY number",
                row -> new Checks.Append(
                        text(row, 0), text(row, 1), number(row, 2), Objects.requireNonNull(row.get(3, Boolean.class))));
    }

    private static long number(Row row, int column) {
        return Objects.requireNonNull(row.get(column, Number.class)).longValue();
    }

    private static String text(Row row, int column) {
        return Objects.requireNonNull(row.get(column, String.class));
    }

    private <T> List<T> read(String query, Function<Row, T> reader) {
        return Objects.requireNonNull(rows(query, reader).collectList().block(LONG_PATIENCE));
    }

    private <T> Flux<T> rows(String query, Function<Row, T> reader) {
        return Flux.usingWhen(
                connections.create(),
                connection -> Flux.from(connection.createStatement(query).execute())
                        .concatMap(result -> result.map((row, metadata) -> reader.apply(row))),
                Connection::close);
    }

    @Override
    public void close() {
        watching.dispose();
        connections.dispose();
    }
}
