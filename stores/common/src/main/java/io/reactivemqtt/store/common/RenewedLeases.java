package io.reactivemqtt.store.common;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Leases in a table that processes share: each lasts for some time by the clock of the table, and is renewed three times in it.
 *
 * <p>Signals come on threads of the table, or of Reactor's parallel scheduler.
 */
public final class RenewedLeases implements SessionLeases {

    /** Where the leases of all processes stand. */
    public interface Table {
        /** Makes the lease of a Session this process's for its length, if it is nobody else's, and returns whether it did. */
        Mono<Boolean> claim(SessionKey key);

        /** Renews those of {@code keys} that are still this process's, and returns these. */
        Mono<Set<SessionKey>> renew(Set<SessionKey> keys);

        /** Ends the lease of a Session, if it is this process's, and tells who stands by. */
        Mono<Void> release(SessionKey key);

        /** Emits a hint each time when it is heard that the lease of a Session was released; never ends. */
        Flux<?> released(SessionKey key);
    }

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** So often a lease is renewed before it lapses. */
    private static final int RENEWALS = 3;

    private final Table table;
    private final Duration lease;
    private final Set<SessionKey> held = ConcurrentHashMap.newKeySet();
    private final Sinks.Many<SessionKey> lost = Sinks.many().multicast().directBestEffort();
    private final Disposable.Swap renewal = Disposables.swap();

    /**
     * Holds nothing yet.
     *
     * @param lease how long one lasts that is not renewed
     * @throws IllegalArgumentException unless it is 100 ms to 1 day
     */
    public RenewedLeases(Table table, Duration lease) {
        if (lease.compareTo(SHORTEST) < 0 || lease.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a lease lasts 100 ms to 1 day, not " + lease);
        }
        this.table = table;
        this.lease = lease;
    }

    @Override
    public Publisher<Boolean> claim(SessionKey key) {
        return claiming(Objects.requireNonNull(key, "key"), new AtomicBoolean());
    }

    /** Goes on without its subscriber, so that what is this process's in the table is known to be so. */
    private Mono<Boolean> claiming(SessionKey key, AtomicBoolean unwanted) {
        Mono<Boolean> claim = Mono.defer(() -> renewal.isDisposed() ? Mono.just(false) : table.claim(key))
                .map(mine -> {
                    boolean wanted = !renewal.isDisposed() && !unwanted.get();
                    if (mine && wanted) {
                        held.add(key);
                        renews();
                    } else if (mine && !held.contains(key)) { // by another claim
                        table.release(key).onErrorComplete().subscribe();
                    }
                    return mine && wanted;
                });
        return Mono.defer(claim::cache);
    }

    @Override
    public Publisher<Void> standBy(SessionKey key) {
        Objects.requireNonNull(key, "key");
        return Mono.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            return Flux.merge(table.released(key), Flux.interval(Duration.ZERO, lease.dividedBy(RENEWALS)))
                    .onBackpressureLatest()
                    .concatMap(hint -> tried(key, cancelled), 1)
                    .filter(Boolean::booleanValue)
                    .next()
                    .then()
                    .doOnCancel(() -> cancelled.set(true));
        });
    }

    /** One that gets no answer is tried again: the answer may come still. */
    private Mono<Boolean> tried(SessionKey key, AtomicBoolean cancelled) {
        return renewal.isDisposed()
                ? Mono.error(new StoreException("the leases are closed: nobody stands by any more", null))
                : claiming(key, cancelled).timeout(lease).onErrorReturn(false);
    }

    @Override
    public Publisher<Void> release(SessionKey key) {
        Objects.requireNonNull(key, "key");
        return Mono.defer(() -> {
            held.remove(key);
            return table.release(key);
        });
    }

    @Override
    public Set<SessionKey> held() {
        return Set.copyOf(held);
    }

    @Override
    public Publisher<SessionKey> lost() {
        return lost.asFlux();
    }

    @Override
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

    private Mono<Set<SessionKey>> renewed() {
        return Mono.defer(() -> {
            Set<SessionKey> before = Set.copyOf(held); // what is claimed meanwhile is another's matter
            if (before.isEmpty()) {
                return Mono.empty();
            }
            return table.renew(before)
                    .timeout(lease)
                    .map(
                            kept -> { // by then it has lapsed
                                Set<SessionKey> others = new HashSet<>(before);
                                others.removeAll(kept);
                                return others;
                            });
        });
    }

    private void lose(Set<SessionKey> keys) {
        for (SessionKey key : keys) {
            if (held.remove(key)) {
                synchronized (lost) {
                    lost.tryEmitNext(key);
                }
            }
        }
    }
}
