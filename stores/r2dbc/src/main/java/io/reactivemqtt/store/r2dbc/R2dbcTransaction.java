package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Transactions of handlers in the store's database. */
final class R2dbcTransaction implements HandlerTransaction<Connection> {

    private final SessionStore store;
    private final Database database;
    private final Duration atMostIdle;

    R2dbcTransaction(SessionStore store, Database database, Duration atMostIdle) {
        this.store = store;
        this.database = database;
        this.atMostIdle = atMostIdle;
    }

    @Override
    public SessionStore store() {
        return store;
    }

    @Override
    public Publisher<Void> run(
            SessionLog log,
            Set<Integer> packetIdentifiers,
            BiFunction<? super Connection, ? super Set<Integer>, ? extends Publisher<?>> work) {
        if (!(log instanceof R2dbcSessionLog own)) {
            return Mono.error(new IllegalArgumentException("the log is that of another store: " + log));
        }
        return Mono.defer(() -> {
            Long[] places =
                    own.places(packetIdentifiers.size()); // now, while these are messages of the Session that there is
            return database.inTransaction(connection -> own.process(connection, packetIdentifiers, places, atMostIdle)
                    .onErrorMap(Database::inWords)
                    .flatMap(fresh -> Mono.when(work.apply(connection, fresh))));
        });
    }
}
