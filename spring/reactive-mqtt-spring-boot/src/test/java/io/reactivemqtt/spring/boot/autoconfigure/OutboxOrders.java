package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Places orders: each is a row and a message, or neither. */
// #outbox
class OutboxOrders {

    private final DatabaseClient database;
    private final R2dbcSessionStore store;

    OutboxOrders(DatabaseClient database, R2dbcSessionStore store) {
        this.database = database;
        this.store = store;
    }

    @Transactional
    public Mono<Void> place(String number) {
        ApplicationMessage placed = ApplicationMessage.of("orders/placed", number, Qos.EXACTLY_ONCE);
        return database.sql("INSERT INTO placed_order (number) VALUES ($1)")
                .bind("$1", number)
                .then()
                .then(database.inConnection(connection ->
                        Mono.from(store.outbox(connection, SessionKey.of("shop"), placed, "order " + number))));
    }
}
// #end
