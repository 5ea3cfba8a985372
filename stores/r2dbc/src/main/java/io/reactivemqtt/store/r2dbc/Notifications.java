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
 * What PostgreSQL tells of Sessions that were opened or deleted, of messages in an outbox, and of leases: over one connection, outside any pool, as
 * long as somebody wants to know. What is told while there is no connection is missed.
 */
final class Notifications {

    /** Who opens or deletes a Session says its number here, and the epoch of its new owner. */
    private static final String SESSIONS = "mqtt_session";

    /** Who puts a message into an outbox says the hash of its Session here. */
    private static final String OUTBOXES = "mqtt_outbox";

    /** Who releases a lease says the hash of its Session here. */
    private static final String LEASES = "mqtt_lease";

    private static final String LISTEN = "LISTEN " + SESSIONS + "; LISTEN " + OUTBOXES + "; LISTEN " + LEASES;
    private static final String DRIVER = "io.r2dbc.postgresql.api.PostgresqlConnection";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** From now on nothing is missed; what was told before may have been. */
    private static final Heard BEGUN = new Heard("", "");

    /** What was told. */
    record Heard(String channel, String words) {}

    private final Flux<Heard> heard;

    /**
     * Listens to nothing yet.
     *
     * @param connections no pool, in which one that only listens would be missing
     */
    Notifications(ConnectionFactory connections) {
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
            Class.forName(DRIVER, false, Notifications.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException another) {
            return false;
        }
    }

    /** Emits a hint each time when another owner than that of {@code epoch} is heard of; never ends. */
    Flux<Heard> takeovers(long session, long epoch) {
        return heard.filter(
                told -> told.channel.equals(SESSIONS) && isLater(told.words.split(" ", -1), session, epoch));
    }

    private static boolean isLater(String[] numbers, long session, long epoch) {
        try {
            return numbers.length == 2 && Long.parseLong(numbers[0]) == session && Long.parseLong(numbers[1]) > epoch;
        } catch (NumberFormatException somebodyElsesWords) {
            return false;
        }
    }

    /** Emits the hash of each Session of whose outbox is heard; never ends. */
    Flux<String> outboxes() {
        return heard.filter(told -> told.channel.equals(OUTBOXES)).map(Heard::words);
    }

    /** Emits something each time when listening has begun; never ends. */
    Flux<Heard> begun() {
        return heard.filter(BEGUN::equals);
    }

    /** Emits the hash of each Session whose lease is released; never ends. */
    Flux<String> leases() {
        return heard.filter(told -> told.channel.equals(LEASES)).map(Heard::words);
    }

    /** What needs the driver's classes. */
    private static final class Driver {
        static Flux<Heard> listen(Connection any) {
            return any instanceof PostgresqlConnection connection ? told(connection) : Flux.never();
        }

        private static Flux<Heard> told(PostgresqlConnection connection) {
            return connection
                    .getNotifications() // first, so that none is missed
                    .map(Driver::heard)
                    .mergeWith(Sql.execute(connection, LISTEN).thenReturn(BEGUN))
                    .concatWith(Mono.error(() -> new R2dbcNonTransientResourceException("the connection is gone")));
        }

        private static Heard heard(Notification notification) {
            return new Heard(notification.getName(), String.valueOf(notification.getParameter()));
        }
    }
}
