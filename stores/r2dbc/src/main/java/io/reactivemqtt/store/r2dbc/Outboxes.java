package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.store.OutboxMessage;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.StoredChange;
import io.reactivemqtt.store.common.Hashes;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The messages that the application's own transactions have left for Sessions: they stay until the Session has them. */
final class Outboxes {

    private static final String PUT = """
            WITH put AS (INSERT INTO mqtt_outbox (name_hash, namespace, client_identifier, reference, at, content)
                VALUES ($1, $2, $3, $4, now(), $5) RETURNING number)
            SELECT number, pg_notify('mqtt_outbox', encode($1, 'hex')) FROM put""";

    /** A page ends with the row that goes beyond so many bytes. */
    private static final int BYTES = 4 << 20;

    /** Numbers are given before commits are made, so that a lower one may come later: all that nobody has yet are read. */
    private static final String PAGE = """
            SELECT number, reference, content FROM (
                SELECT *, sum(octet_length(content)) OVER (ORDER BY number) - octet_length(content) AS before FROM (
                    SELECT * FROM mqtt_outbox WHERE name_hash = $1 AND number <> ALL ($2) ORDER BY number LIMIT 100) page) sized
                WHERE before < %d ORDER BY number""".formatted(BYTES);

    private static final String WAITING = "SELECT DISTINCT encode(name_hash, 'hex') FROM mqtt_outbox";

    private static final String SET_ASIDE = """
            WITH gone AS (DELETE FROM mqtt_outbox WHERE number = $1 RETURNING *)
            INSERT INTO mqtt_set_aside (namespace, client_identifier, kind, key, reason, at, content)
                SELECT namespace, client_identifier, 5, number, $2, now(), content FROM gone""";

    /** What a message that waits in an outbox has in its stored form; its sequence is still to come. */
    private static final long NO_SEQUENCE = 1;

    private static final long MILLIS = 1_000;

    private final Database database;

    /** Hashes of Sessions in whose outbox may be something. */
    private final Flux<String> hints;

    /**
     * Looks at nothing yet.
     *
     * @param poll how often all outboxes are looked at, whatever is heard
     */
    Outboxes(Database database, Notifications notifications, Duration poll) {
        this.database = database;
        Flux<String> polled = Flux.merge(Flux.interval(poll), notifications.begun())
                .onBackpressureLatest()
                .concatMap(tick -> waiting().onErrorComplete(), 1); // the next tick tries again
        this.hints = Flux.merge(notifications.outboxes(), polled).publish().refCount();
    }

    private Flux<String> waiting() {
        return database.once(connection -> Sql.read(
                                connection, row -> Objects.requireNonNull(row.get(0, String.class)), WAITING)
                        .collectList())
                .flatMapIterable(hashes -> hashes);
    }

    /** Puts a message there, in the transaction of {@code connection}. */
    static Mono<Void> put(
            Connection connection, SessionKey key, ApplicationMessage message, @Nullable String reference) {
        byte[] content = StoredChange.toBytes(new OutgoingAccepted(NO_SEQUENCE, message, System.currentTimeMillis()));
        return Sql.read(
                        connection,
                        row -> Sql.number(row, 0),
                        PUT,
                        Hashes.of(key),
                        key.namespace(),
                        key.clientIdentifier(),
                        Sql.orNull(reference, String.class),
                        content)
                .then();
    }

    /** What one owner of a Session has of its outbox. */
    final class Outbox {
        private final byte[] hash;
        private final StoredChange.Reader reader = new StoredChange.Reader();

        /** Of messages that were emitted and are not taken yet. */
        private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

        Outbox(SessionKey key) {
            this.hash = Hashes.of(key);
        }

        /** Emits each message once, as long as this owner has not said that it is taken. */
        Flux<OutboxMessage> messages() {
            String name = HexFormat.of().formatHex(hash);
            return hints.filter(name::equals)
                    .startWith(name)
                    .onBackpressureLatest()
                    .concatMap(hint -> all(), 1);
        }

        /** Those are gone. */
        void taken(List<Long> numbers) {
            numbers.forEach(underWay::remove);
        }

        private Flux<OutboxMessage> all() {
            return page().expand(page -> page.isEmpty() ? Mono.empty() : page(), 1)
                    .concatMapIterable(page -> page, 1)
                    .concatMap(this::message, 1);
        }

        /** Reads some that nobody has; none if there are no more, or the database fails: the next hint, or poll, tries again. */
        private Mono<List<Waiting>> page() {
            return Mono.defer(() -> database.once(
                            connection -> Sql.read(connection, Waiting::new, PAGE, hash, underWay.toArray(new Long[0]))
                                    .collectList())
                    .doOnNext(page -> page.forEach(row -> underWay.add(row.number)))
                    .onErrorReturn(List.of()));
        }

        /** One that cannot be read is set aside; if even that fails, the next log finds it again. */
        private Mono<OutboxMessage> message(Waiting row) {
            OutgoingAccepted accepted;
            try {
                accepted = accepted(row.content);
            } catch (IllegalArgumentException problem) {
                String reason = String.valueOf(problem.getMessage());
                return database.once(connection -> Sql.execute(connection, SET_ASIDE, row.number, reason))
                        .onErrorComplete()
                        .then(Mono.empty());
            }
            return Mono.just(new OutboxMessage(row.number, withTimeLeft(accepted), row.reference));
        }

        private OutgoingAccepted accepted(byte[] content) {
            if (reader.read(content) instanceof OutgoingAccepted accepted) {
                return accepted;
            }
            throw new IllegalArgumentException("it is no message");
        }
    }

    /** Its time has run since it was put there: a started second counts, and what has expired gets one, and so a receipt. */
    private static ApplicationMessage withTimeLeft(OutgoingAccepted accepted) {
        ApplicationMessage message = accepted.message();
        Duration interval = message.properties().messageExpiryInterval();
        if (interval == null) {
            return message;
        }
        long leftMillis = interval.toMillis() - Math.max(0, System.currentTimeMillis() - accepted.acceptedAtMillis());
        return message.withMessageExpiryInterval(Duration.ofSeconds(Math.max(1, -Math.floorDiv(-leftMillis, MILLIS))));
    }

    /** A row. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Waiting(long number, @Nullable String reference, byte[] content) {
        Waiting(Readable row) {
            this(Sql.number(row, 0), row.get(1, String.class), Objects.requireNonNull(row.get(2, byte[].class)));
        }
    }
}
