package io.reactivemqtt.store.r2dbc;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * What PostgreSQL tells of Sessions that were opened or deleted: over one connection, outside any pool, as long as somebody wants to know.
 * What is told while there is no connection is missed.
 */
final class Takeovers {

    /** Who opens or deletes a Session says its number here, and the epoch of its new owner. */
    static final String CHANNEL = "mqtt_session";

    private static final String LISTEN = "LISTEN " + CHANNEL;
    private static final String DRIVER = "io.r2dbc.postgresql.api.PostgresqlConnection";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private record Takeover(long session, long epoch) {}

    private final Flux<Takeover> heard;

    /**
     * Listens to nothing yet.
     *
     * @param connections no pool, in which one that only listens would be missing
     */
    Takeovers(ConnectionFactory connections) {
        this.heard = isDriverPresent()
                ? Flux.usingWhen(connections.create(), Driver::listen, Connection::close)
                        .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                                .maxBackoff(LONGEST_PAUSE)
                                .transientErrors(true))
                        .publish()
                        .refCount()
                : Flux.never();
    }

    private static boolean isDriverPresent() {
        try {
            Class.forName(DRIVER, false, Takeovers.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException another) {
            return false;
        }
    }

    /** Emits a hint each time when another owner than that of {@code epoch} is heard of; never ends. */
    Flux<Long> of(long session, long epoch) {
        return heard.filter(told -> told.session == session && told.epoch > epoch)
                .map(Takeover::epoch);
    }

    /** What needs the driver's classes. */
    private static final class Driver {
        static Flux<Takeover> listen(Connection any) {
            return any instanceof PostgresqlConnection connection ? told(connection) : Flux.never();
        }

        private static Flux<Takeover> told(PostgresqlConnection connection) {
            return connection
                    .getNotifications() // first, so that none is missed
                    .mergeWith(Sql.execute(connection, LISTEN).then(Mono.empty()))
                    .concatMap(Driver::parsed)
                    .concatWith(Mono.error(() -> new R2dbcNonTransientResourceException("the connection is gone")));
        }

        private static Mono<Takeover> parsed(Notification notification) {
            String[] numbers = String.valueOf(notification.getParameter()).split(" ", -1);
            return notification.getName().equals(CHANNEL) && numbers.length == 2
                    ? Mono.fromCallable(() -> new Takeover(Long.parseLong(numbers[0]), Long.parseLong(numbers[1])))
                            .onErrorComplete(NumberFormatException.class) // somebody else's words
                    : Mono.empty();
        }
    }
}
