package io.reactivemqtt.reactor;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Leases that are asked over a wire: what was asked is done in turn when the test says so, whether anybody waits for it or not. */
final class SlowLeases implements SessionLeases {

    private final SessionLeases leases;
    private final Queue<Runnable> asked = new ArrayDeque<>();
    private final Sinks.Many<SessionKey> lost = Sinks.many().multicast().directBestEffort();
    private boolean slow;
    private @Nullable RuntimeException failure;

    SlowLeases(SessionLeases leases) {
        this.leases = leases;
    }

    /** From now on nothing is done before {@link #work}. */
    void slow() {
        slow = true;
    }

    /** Does all that was asked for, and what follows from it. */
    void work() {
        for (Runnable next = asked.poll(); next != null; next = asked.poll()) {
            next.run();
        }
    }

    /** From now on every claim fails; null: none does. */
    void fail(@Nullable RuntimeException cause) {
        failure = cause;
    }

    /** It has lapsed, which is known now. */
    void lose(SessionKey key) {
        Mono.from(leases.release(key)).subscribe();
        lost.tryEmitNext(key);
    }

    private <T> Mono<T> inTurn(Publisher<T> work) {
        return Mono.create(sink -> {
            Runnable task = () -> Mono.from(work).subscribe(sink::success, sink::error, sink::success);
            if (slow) {
                asked.add(task);
            } else {
                task.run();
            }
        });
    }

    @Override
    public Publisher<Boolean> claim(SessionKey key) {
        return inTurn(Mono.defer(() -> failure == null ? Mono.from(leases.claim(key)) : Mono.error(failure)));
    }

    @Override
    public Publisher<Void> standBy(SessionKey key) {
        return leases.standBy(key);
    }

    @Override
    public Publisher<Void> release(SessionKey key) {
        return inTurn(leases.release(key));
    }

    @Override
    public Set<SessionKey> held() {
        return leases.held();
    }

    @Override
    public Publisher<SessionKey> lost() {
        return Flux.merge(lost.asFlux(), leases.lost());
    }

    @Override
    public void close() {
        leases.close();
    }
}
