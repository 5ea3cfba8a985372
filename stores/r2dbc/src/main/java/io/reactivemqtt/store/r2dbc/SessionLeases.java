package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.common.Hashes;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Says which of several processes is to open a Session, so that they do not take it from each other: the one that holds its lease. A lease
 * lasts as long as its process renews it, which this does by itself, and lapses when that is gone. For a process that <em>stands by</em>
 * until another has gone, and for many Sessions that are spread over a few processes.
 *
 * <p>A lease is no fence: a process that was stopped wakes up and believes that it holds what has lapsed. What protects the Session is the
 * epoch of its owner, in {@link R2dbcSessionStore#open}: whoever has a lease opens the Session, and the one before changes nothing any more.
 * So leases only have to be mostly right, and no clock but the database's is read.
 *
 * <p>Thread-safe. Publishers are cold, fail with {@link io.reactivemqtt.exception.StoreException} where nothing else is said, and never
 * block; signals come on threads of the driver, or of Reactor's parallel scheduler.
 */
public final class SessionLeases {

    private static final String CLAIM = """
            INSERT INTO mqtt_lease AS l (name_hash, namespace, client_identifier, holder, until)
                VALUES ($1, $2, $3, $4, now() + $5 * interval '1 millisecond')
                ON CONFLICT (name_hash) DO UPDATE SET holder = excluded.holder, until = excluded.until
                    WHERE l.until < now() OR l.holder = excluded.holder
                RETURNING true""";
    private static final String RENEW = """
            UPDATE mqtt_lease SET until = now() + $2 * interval '1 millisecond' WHERE holder = $1 AND until >= now()
                    AND encode(name_hash, 'hex') = ANY ($3)
                RETURNING encode(name_hash, 'hex')""";
    private static final String RELEASE = """
            WITH gone AS (DELETE FROM mqtt_lease WHERE name_hash = $1 AND holder = $2 RETURNING name_hash)
            SELECT pg_notify('mqtt_lease', encode(name_hash, 'hex')) FROM gone""";

    /** So often a lease is renewed before it lapses. */
    private static final int RENEWALS = 3;

    private final Database database;
    private final Notifications notifications;
    private final Duration lease;
    private final String holder;
    private final Map<String, SessionKey> held = new ConcurrentHashMap<>();
    private final Sinks.Many<SessionKey> lost = Sinks.many().multicast().directBestEffort();
    private final Disposable.Swap renewal = Disposables.swap();

    SessionLeases(Database database, Notifications notifications, Duration lease, String ownerName) {
        this.database = database;
        this.notifications = notifications;
        this.lease = lease;
        this.holder = ownerName + " " + UUID.randomUUID();
    }

    private static String name(SessionKey key) {
        return HexFormat.of().formatHex(Hashes.of(key));
    }

    /**
     * Claims the lease of a Session, which need not be there yet. From then on it is renewed, until it is {@linkplain #release released} or
     * {@linkplain #lost lost}.
     *
     * @return whether this process holds it now; false if another one does, or this is closed. Who cancels may hold it all the same: {@link
     *     #held} says so
     */
    public Publisher<Boolean> claim(SessionKey key) {
        return claiming(Objects.requireNonNull(key, "key"));
    }

    private Mono<Boolean> claiming(SessionKey key) {
        return renewal.isDisposed()
                ? Mono.just(false)
                : database.once(connection -> claimed(connection, key)
                        .doOnNext(
                                mine -> { // even if nobody waits for it any more
                                    if (mine) {
                                        held.put(name(key), key);
                                        renews();
                                    }
                                }));
    }

    private Mono<Boolean> claimed(Connection connection, SessionKey key) {
        return Sql.read(
                        connection,
                        row -> true,
                        CLAIM,
                        Hashes.of(key),
                        key.namespace(),
                        key.clientIdentifier(),
                        holder,
                        lease.toMillis())
                .hasElements();
    }

    /**
     * Waits for the lease of a Session: until whoever holds it releases it, or is gone for the length of the lease. Then open the Session,
     * by {@code client.connect()}.
     *
     * @return completes when this process holds it, however long that takes; a database that fails is tried again. Cancel it to wait no
     *     longer
     */
    public Publisher<Void> standBy(SessionKey key) {
        Objects.requireNonNull(key, "key");
        String name = name(key);
        return Flux.merge(
                        notifications.leases().filter(name::equals),
                        Flux.interval(Duration.ZERO, lease.dividedBy(RENEWALS)))
                .onBackpressureLatest()
                .concatMap(hint -> claiming(key).onErrorReturn(false), 1)
                .filter(Boolean::booleanValue)
                .next()
                .then();
    }

    /** Releases the lease of a Session: who stands by for it is told at once. Disconnect the client before. */
    public Publisher<Void> release(SessionKey key) {
        Objects.requireNonNull(key, "key");
        return Mono.defer(() -> {
            held.remove(name(key));
            return database.once(connection -> Sql.read(connection, row -> true, RELEASE, Hashes.of(key), holder)
                    .then());
        });
    }

    /** Returns the Sessions whose leases this process believes to hold. */
    public Set<SessionKey> held() {
        return Set.copyOf(held.values());
    }

    /**
     * Emits each Session whose lease this process has held and has no more: it was not renewed in time, and another process may open it.
     * Hot: a subscriber hears of those from then on.
     *
     * @return never ends
     */
    public Publisher<SessionKey> lost() {
        return lost.asFlux();
    }

    /** Renews no lease any more: all lapse. */
    public void close() {
        renewal.dispose();
        held.clear();
    }

    private void renews() {
        synchronized (renewal) {
            if (!renewal.isDisposed() && renewal.get() == null) {
                renewal.update(Flux.interval(lease.dividedBy(RENEWALS))
                        .onBackpressureDrop()
                        .concatMap(tick -> renewed().onErrorComplete(), 1) // the next one may still be in time
                        .subscribe(this::lose));
            }
        }
    }

    private Mono<List<SessionKey>> renewed() {
        return Mono.defer(() -> {
            Map<String, SessionKey> before = Map.copyOf(held); // what is claimed meanwhile is another's matter
            return database.once(connection -> Sql.read(
                                    connection,
                                    row -> Objects.requireNonNull(row.get(0, String.class)),
                                    RENEW,
                                    holder,
                                    lease.toMillis(),
                                    before.keySet().toArray(new String[0]))
                            .collect(Collectors.toSet()))
                    .map(names -> before.entrySet().stream()
                            .filter(entry -> !names.contains(entry.getKey()))
                            .map(Map.Entry::getValue)
                            .toList());
        });
    }

    private void lose(List<SessionKey> keys) {
        for (SessionKey key : keys) {
            if (held.remove(name(key)) != null) {
                synchronized (lost) {
                    lost.tryEmitNext(key);
                }
            }
        }
    }
}
