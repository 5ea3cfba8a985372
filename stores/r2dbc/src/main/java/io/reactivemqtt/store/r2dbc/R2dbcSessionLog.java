package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.OutboxMessage;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.StoredChange;
import io.reactivemqtt.store.TransactionalLog;
import io.reactivemqtt.store.common.Effects;
import io.reactivemqtt.store.common.Entry;
import io.reactivemqtt.store.common.RecoveryReader;
import io.reactivemqtt.store.common.RecoveryReader.Section;
import io.reactivemqtt.store.common.Row;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of one client, as long as the row of its Session has this epoch. */
final class R2dbcSessionLog implements TransactionalLog {

    private static final String GIVE_UP =
            "UPDATE mqtt_session SET owner_epoch = owner_epoch + 1, owner_name = '' WHERE id = $1 AND owner_epoch = $2";
    private static final String SET_ASIDE = """
            WITH s AS MATERIALIZED (
                SELECT * FROM mqtt_session WHERE id = $1 AND owner_epoch = $2 FOR NO KEY UPDATE
            ), gone AS (
                DELETE FROM mqtt_entry e USING s WHERE e.session = s.id AND e.kind = $3 AND e.key = $4
                    RETURNING s.namespace, s.client_identifier, e.kind, e.key, e.content)
            INSERT INTO mqtt_set_aside (namespace, client_identifier, kind, key, reason, at, content)
                SELECT namespace, client_identifier, kind, key, $5, now(), content FROM gone""";

    private static final String PROCESS = "SELECT mqtt_process($1, $2, $3, $4, $5, $6)";
    private static final String EPOCH = "SELECT owner_epoch FROM mqtt_session WHERE id = $1";

    /** Bits for the places of one owner; above them is its epoch. */
    private static final int PLACES = 36;

    private final Database database;
    private final Notifications notifications;
    private final Outboxes.Outbox outbox;
    private final SessionKey key;
    private final long session;
    private final long epoch;
    private final UUID token;
    private final AtomicLong latestPlace = new AtomicLong();

    R2dbcSessionLog(
            Database database,
            Notifications notifications,
            Outboxes outboxes,
            SessionKey key,
            long session,
            long epoch,
            UUID token) {
        this.database = database;
        this.notifications = notifications;
        this.outbox = outboxes.new Outbox(key);
        this.key = key;
        this.session = session;
        this.epoch = epoch;
        this.token = token;
    }

    /** Returns what is the same for all logs of this owner. */
    UUID token() {
        return token;
    }

    /** Returns a place behind those of all earlier owners, and of this one. */
    private long nextPlace() {
        return (epoch << PLACES) + latestPlace.incrementAndGet();
    }

    @Override
    public Publisher<SessionChange> recover() {
        return Flux.defer(() -> new RecoveryReader(this::page, this::setAside).changes());
    }

    private Mono<List<Entry>> page(Section section, long after) {
        return database.once(
                connection -> RecoveryPages.page(connection, session, section, after, epoch, key.clientIdentifier()));
    }

    private Mono<SessionChange> setAside(Row row, String reason) {
        return database.once(
                        connection -> Sql.execute(connection, SET_ASIDE, session, epoch, row.kind(), row.key(), reason))
                .thenReturn(new EntryUnreadable(row + " is in the table mqtt_set_aside now: " + reason));
    }

    @Override
    public Publisher<Void> append(List<SessionChange> changes) {
        return Flux.defer(() -> {
            Effects effects = Effects.of(changes, this::nextPlace);
            List<Long> taken = effects.takenFromOutbox();
            Publisher<Void> append = database.append(new Append(session, epoch, key.clientIdentifier(), effects));
            return taken.isEmpty() ? append : Flux.from(append).doOnComplete(() -> outbox.taken(taken));
        });
    }

    @Override
    public Publisher<OutboxMessage> outbox() {
        return outbox.messages();
    }

    /** Returns so many places, behind those of all that was appended by now, and before what is appended from now on. */
    Long[] places(int count) {
        return Stream.generate(this::nextPlace).limit(count).toArray(Long[]::new);
    }

    /** Marks messages as processed, in the transaction of {@code connection}; emits the identifiers of those that were not so before. */
    Mono<Set<Integer>> process(
            Connection connection, Set<Integer> packetIdentifiers, Long[] places, Duration atMostIdle) {
        List<Integer> identifiers = List.copyOf(packetIdentifiers);
        return Sql.read(
                        connection,
                        row -> Optional.ofNullable(row.get(0, Long[].class)),
                        PROCESS,
                        session,
                        epoch,
                        Math.toIntExact(atMostIdle.toMillis()),
                        identifiers.stream().map(Integer::longValue).toArray(Long[]::new),
                        places,
                        contents(identifiers))
                .collectList()
                .map(rows -> rows.get(0)
                        .map(R2dbcSessionLog::identifiers)
                        .orElseThrow(() -> new SessionTakenOverException(key.clientIdentifier())));
    }

    private static byte[] contents(List<Integer> identifiers) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        identifiers.forEach(each -> contents.writeBytes(StoredChange.toBytes(new IncomingProcessed(each))));
        return contents.toByteArray();
    }

    private static Set<Integer> identifiers(Long[] keys) {
        return Arrays.stream(keys).map(Long::intValue).collect(Collectors.toSet());
    }

    @Override
    public Publisher<Void> takenOver() {
        return notifications
                .takeovers(session, epoch)
                .concatMap(hint -> isTakenOver())
                .filter(Boolean::booleanValue)
                .next()
                .then();
    }

    /** Tells what is so: what was heard may be of another schema's Session of that number. */
    private Mono<Boolean> isTakenOver() {
        return database.once(connection -> Sql.read(connection, row -> Sql.number(row, 0) != epoch, EPOCH, session)
                        .collectList()
                        .map(rows -> rows.isEmpty() || rows.get(0)))
                .onErrorReturn(false);
    }

    @Override
    public Publisher<Void> close() {
        return database.once(connection -> Sql.execute(connection, GIVE_UP, session, epoch));
    }
}
