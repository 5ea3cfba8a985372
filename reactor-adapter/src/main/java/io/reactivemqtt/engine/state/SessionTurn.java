package io.reactivemqtt.engine.state;

import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Whether it is this client's turn to open the Session, where it stands by for others. The lease is asked for one thing at a time: else what
 * is released could be what was claimed since. Loop only.
 */
final class SessionTurn {

    private final SessionLeases leases;
    private final SessionKey key;
    private final Duration timeout;
    private final StateRecovery.Owner loop;
    private final StoreListener listener;

    /** Hears of its end while it is held. */
    private @Nullable Disposable held;

    private @Nullable Attempt awaited;

    /** It was lost, and is claimed again. */
    private boolean reclaimed;

    /** Whether this process may have the lease, so that it is to be released when nobody wants it. */
    private boolean mine;

    /** Whether the answer to a claim or a release is under way. */
    private boolean asking;

    /** What waits until there is nothing to release. */
    private List<Runnable> afterwards = List.of();

    /** Who opens the Session out of turn may have done so: it is known when the lease is asked for. */
    private @Nullable MqttException doubt;

    /** Nobody has it yet. */
    SessionTurn(
            SessionLeases leases, SessionKey key, Duration timeout, StateRecovery.Owner loop, StoreListener listener) {
        this.leases = leases;
        this.key = key;
        this.timeout = timeout;
        this.loop = loop;
        this.listener = listener;
    }

    boolean isHeld() {
        return held != null;
    }

    boolean isAwaited() {
        return awaited != null;
    }

    /** Tells {@code then} when it is this client's turn, and whether it was another's before; or tells why it is in vain. */
    void await(Consumer<Boolean> then, Consumer<? super Throwable> inVain) {
        awaited = new Attempt(then, inVain);
        next();
    }

    /** Nobody waits for it any more; false if nobody did. */
    boolean forgo() {
        Attempt forgone = awaited;
        awaited = null;
        if (forgone == null) {
            return false;
        }
        if (forgone.standingBy != null) {
            forgone.standingBy.dispose();
            mine = true; // it may have come just now
        }
        next();
        return true;
    }

    /** The Session is another's, who may have had the lease. */
    void takenOver(MqttException cause) {
        holdNoMore();
        doubt = cause;
        next();
    }

    /** The Session may be taken back, whoever has it out of turn. */
    void forgive() {
        doubt = null;
    }

    /** Lets others have their turn, and then runs {@code then}, however that ends. */
    void release(Runnable then) {
        forgo();
        holdNoMore();
        List<Runnable> all = new ArrayList<>(afterwards);
        all.add(then);
        afterwards = all;
        next();
    }

    // ---- what is asked

    private void next() {
        if (asking) {
            return;
        }
        if (reclaimed || (awaited != null && awaited.standingBy == null)) {
            ask(Mono.defer(() -> Mono.from(leases.claim(key))).defaultIfEmpty(false), this::claimed, this::notClaimed);
        } else if (mine && held == null && awaited == null) {
            ask(
                    Mono.defer(() -> Mono.from(leases.release(key))).thenReturn(false),
                    released -> released(),
                    lapses -> released());
        } else if (held == null && awaited == null) {
            List<Runnable> all = afterwards;
            afterwards = List.of();
            all.forEach(Runnable::run);
        }
    }

    private void ask(Mono<Boolean> question, Consumer<Boolean> answered, Consumer<Throwable> failed) {
        asking = true;
        Disposable.Composite work = Disposables.composite();
        work.add(loop.later(
                () -> {
                    if (!work.isDisposed()) {
                        work.dispose();
                        failed.accept(new StoreException("the leases did not answer within " + timeout, null));
                    }
                },
                timeout.toNanos()));
        work.add(question.publishOn(Schedulers.fromExecutor(loop))
                .subscribe(
                        answer -> {
                            work.dispose();
                            answered.accept(answer);
                        },
                        thrown -> {
                            work.dispose();
                            failed.accept(thrown);
                        }));
    }

    private void released() {
        asking = false;
        mine = false;
        next();
    }

    private void claimed(boolean isMine) {
        asking = false;
        mine = isMine;
        if (reclaimed && isMine && doubt == null) {
            hold();
        }
        reclaimed = false;
        Attempt attempt = awaited;
        if (attempt != null && !isMine) {
            listener.standsBy(true);
            if (attempt.equals(awaited)) {
                standBy(attempt);
            }
        } else if (attempt != null && doubt != null) {
            awaited = null;
            attempt.inVain.accept(doubt); // it is somebody's who takes no turns
        } else if (attempt != null) {
            comes(attempt, false);
        }
        next();
    }

    private void notClaimed(Throwable thrown) {
        asking = false;
        mine = true; // perhaps
        reclaimed = false;
        Attempt attempt = awaited;
        awaited = null;
        if (attempt != null) {
            attempt.inVain.accept(thrown);
        }
        next();
    }

    private void standBy(Attempt attempt) {
        Disposable.Swap work = Disposables.swap();
        attempt.standingBy = work;
        work.update(Mono.defer(() -> Mono.from(leases.standBy(key)))
                .publishOn(Schedulers.fromExecutor(loop))
                .subscribe(
                        nothing -> {},
                        thrown -> {
                            if (attempt.equals(awaited)) {
                                awaited = null;
                                listener.standsBy(false);
                                attempt.inVain.accept(thrown);
                                next();
                            }
                        },
                        () -> {
                            if (attempt.equals(awaited)) {
                                doubt = null;
                                mine = true;
                                comes(attempt, true);
                            }
                        }));
    }

    private void comes(Attempt attempt, boolean stoodBy) {
        awaited = null;
        hold();
        if (stoodBy) {
            listener.standsBy(false);
        }
        attempt.then.accept(stoodBy);
    }

    // ---- while it is held

    private void hold() {
        holdNoMore();
        held = Flux.from(leases.lost())
                .filter(key::equals)
                .onErrorComplete()
                .subscribe(lost -> loop.execute(this::lost));
    }

    private void holdNoMore() {
        reclaimed = false;
        if (held != null) {
            held.dispose();
            held = null;
        }
    }

    /** Whoever has the Session goes on, unless another one is faster. */
    private void lost() {
        if (held != null) {
            holdNoMore();
            mine = false;
            reclaimed = true;
            next();
        }
    }

    /** One time of waiting. */
    private static final class Attempt {
        private final Consumer<Boolean> then;
        private final Consumer<? super Throwable> inVain;
        private @Nullable Disposable standingBy;

        Attempt(Consumer<Boolean> then, Consumer<? super Throwable> inVain) {
            this.then = then;
            this.inVain = inVain;
        }
    }
}
