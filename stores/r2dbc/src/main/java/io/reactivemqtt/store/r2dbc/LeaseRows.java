package io.reactivemqtt.store.r2dbc;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.common.Hashes;
import io.reactivemqtt.store.common.RenewedLeases;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leases as rows of the database, of which one process is the holder. No clock but the database's is read. */
final class LeaseRows implements RenewedLeases.Table {

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

    private final Database database;
    private final Notifications notifications;
    private final Duration lease;
    private final String holder;

    LeaseRows(Database database, Notifications notifications, Duration lease, String ownerName) {
        this.database = database;
        this.notifications = notifications;
        this.lease = lease;
        this.holder = ownerName + " " + UUID.randomUUID();
    }

    @Override
    public Mono<Boolean> claim(SessionKey key) {
        return database.once(connection -> Sql.read(
                        connection,
                        row -> true,
                        CLAIM,
                        Hashes.of(key),
                        key.namespace(),
                        key.clientIdentifier(),
                        holder,
                        lease.toMillis())
                .hasElements());
    }

    @Override
    public Mono<Set<SessionKey>> renew(Set<SessionKey> keys) {
        Map<String, SessionKey> names = keys.stream().collect(Collectors.toMap(LeaseRows::name, key -> key));
        return database.once(connection -> Sql.read(
                        connection,
                        row -> Objects.requireNonNull(row.get(0, String.class)),
                        RENEW,
                        holder,
                        lease.toMillis(),
                        names.keySet().toArray(new String[0]))
                .map(name -> Objects.requireNonNull(names.get(name)))
                .collect(Collectors.toSet()));
    }

    private static String name(SessionKey key) {
        return HexFormat.of().formatHex(Hashes.of(key));
    }

    @Override
    public Mono<Void> release(SessionKey key) {
        return database.once(connection -> Sql.read(connection, row -> true, RELEASE, Hashes.of(key), holder)
                .then());
    }

    @Override
    public Flux<?> released(SessionKey key) {
        return notifications.leases().filter(name(key)::equals);
    }
}
