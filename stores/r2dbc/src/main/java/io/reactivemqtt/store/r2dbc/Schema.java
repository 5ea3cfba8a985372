package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.reactivemqtt.exception.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** The tables, which are made, or brought to this release's version, before they are used for the first time. */
final class Schema {

    private static final int VERSION = 1;

    /** "MQTT": several processes may begin at once, and one of them makes the tables. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(1297175636)";

    private static final String EXISTS = "SELECT to_regclass('mqtt_schema') IS NOT NULL";
    private static final String PRESENT = "SELECT version FROM mqtt_schema";

    private final Mono<Void> prepared;

    Schema(ConnectionFactory connections) {
        this.prepared = Sql.inTransaction(connections, Schema::prepare)
                .thenReturn(VERSION)
                .cacheInvalidateIf(version -> false) // done once; after a failure it is tried again
                .then();
    }

    Mono<Void> prepared() {
        return prepared;
    }

    private static Mono<Void> prepare(Connection connection) {
        return Sql.execute(connection, LOCK)
                .thenMany(Sql.read(connection, row -> row.get(0, Boolean.class), EXISTS))
                .single()
                .flatMap(exists -> Boolean.TRUE.equals(exists)
                        ? Sql.read(connection, row -> row.get(0, Integer.class), PRESENT)
                                .single()
                                .flatMap(Schema::require)
                        : Sql.execute(connection, script()));
    }

    private static Mono<Void> require(Integer version) {
        return version <= VERSION
                ? Mono.empty()
                : Mono.error(() -> new StoreException(
                        "the tables are of version " + version + ", and this release knows up to " + VERSION
                                + ". Use the newer release again",
                        null));
    }

    private static String script() {
        try (InputStream script =
                Objects.requireNonNull(Schema.class.getResourceAsStream("postgresql-" + VERSION + ".sql"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
