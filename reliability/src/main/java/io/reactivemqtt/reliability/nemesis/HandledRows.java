package io.reactivemqtt.reliability.nemesis;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table in which an owner writes down what it has handled. */
final class HandledRows {

    private static final String INSERT = "INSERT INTO handled (owner, topic, id) VALUES ($1, $2, $3)";

    private final ConnectionPool connections;
    private final int owner;

    HandledRows(ConnectionPool connections, int owner) {
        this.connections = connections;
        this.owner = owner;
    }

    /** Commits a row of its own. */
    Mono<Void> add(String topic, long id) {
        return Mono.usingWhen(connections.create(), connection -> add(connection, owner, topic, id), Connection::close);
    }

    /** Adds a row within somebody's transaction. */
    static Mono<Void> add(Connection connection, int owner, String topic, long id) {
        return Flux.from(connection
                        .createStatement(INSERT)
                        .bind("$1", owner)
                        .bind("$2", topic)
                        .bind("$3", id)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }

    /** Gives the connections back. */
    Mono<Void> close() {
        return connections.disposeLater();
    }
}
