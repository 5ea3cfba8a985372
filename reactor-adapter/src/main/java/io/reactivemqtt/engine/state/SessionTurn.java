package io.reactivemqtt.engine.state;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Whether it is this client's turn to open the Session, where it stands by for others. Loop only. */
final class SessionTurn {

    private final SessionLeases leases;
    private final SessionKey key;
    private final Duration timeout;
    private final Executor loop;

    /** Hears of its end while it is held. */
    private @Nullable Disposable held;

    private @Nullable Disposable awaited;

    /** It was lost, and is claimed again. */
    private boolean reclaimed;

    /** Who opens the Session out of turn may have done so: it is known when the lease is asked for. */
    private @Nullable MqttException doubt;

    private SessionTurn(SessionLeases leases, SessionKey key, Duration timeout, Executor loop) {
        this.leases = leases;
        this.key = key;
        this.timeout = timeout;
        this.loop = loop;
    }

    /** Returns that of {@code key}, or null if this client waits for nobody. */
    static @Nullable SessionTurn of(ClientOptions options, SessionKey key, Executor loop) {
        SessionLeases leases = options.standby();
        return leases == null ? null : new SessionTurn(leases, key, options.storeTimeout(), loop);
    }

    boolean isHeld() {
        return held != null;
    }

    boolean isAwaited() {
        return awaited != null;
    }

    /** Runs {@code standsBy} if it is another's turn, and {@code then} when it is this client's; or tells why it is in vain. */
    void await(Runnable standsBy, Runnable then, Consumer<? super Throwable> inVain) {
        Attempt attempt = new Attempt();
        awaited = attempt;
        Mono.from(leases.claim(key))
                .defaultIfEmpty(false)
                .publishOn(Schedulers.fromExecutor(loop))
                .subscribe(mine -> claimed(attempt, mine, standsBy, then, inVain), thrown -> {
                    if (ends(attempt)) {
                        inVain.accept(thrown);
                    }
                });
    }

    private void claimed(
            Attempt attempt, boolean mine, Runnable standsBy, Runnable then, Consumer<? super Throwable> inVain) {
        MqttException takenOver = doubt;
        if (mine && (!isCurrent(attempt) || takenOver != null)) {
            quietly(leases.release(key)); // others may have their turn
        }
        if (!mine && isCurrent(attempt)) {
            standsBy.run();
            if (isCurrent(attempt)) {
                attempt.work = standBy(attempt, then, inVain);
            }
        } else if (ends(attempt)) {
            if (takenOver == null) {
                hold();
                then.run();
            } else {
                inVain.accept(takenOver); // by somebody who takes no turns
            }
        }
    }

    private Disposable standBy(Attempt attempt, Runnable then, Consumer<? super Throwable> inVain) {
        return Mono.from(leases.standBy(key))
                .publishOn(Schedulers.fromExecutor(loop))
                .subscribe(
                        nothing -> {},
                        thrown -> {
                            if (ends(attempt)) {
                                inVain.accept(thrown);
                            }
                        },
                        () -> {
                            if (ends(attempt)) {
                                hold();
                                doubt = null;
                                then.run();
                            }
                        });
    }

    private boolean isCurrent(Attempt attempt) {
        return attempt.equals(awaited);
    }

    private boolean ends(Attempt attempt) {
        boolean ends = isCurrent(attempt);
        if (ends) {
            awaited = null;
        }
        return ends;
    }

    /** Nobody waits for it any more. */
    void forgo() {
        if (awaited != null) {
            awaited.dispose();
            awaited = null;
            quietly(leases.release(key)); // it may have come just now
        }
    }

    /** The Session is another's, who may have had the lease. */
    void takenOver(MqttException cause) {
        holdNoMore();
        doubt = cause;
    }

    /** The Session may be taken back, whoever has it out of turn. */
    void forgive() {
        doubt = null;
    }

    /** Lets others have their turn, and then runs {@code then}, however that ends. */
    void release(Runnable then) {
        holdNoMore();
        Mono.from(leases.release(key))
                .timeout(timeout)
                .onErrorComplete() // it lapses
                .subscribe(nothing -> {}, thrown -> {}, () -> loop.execute(then));
    }

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
            reclaimed = true;
            Mono.from(leases.claim(key))
                    .onErrorReturn(false)
                    .subscribe(mine -> loop.execute(() -> {
                        if (mine && reclaimed) {
                            hold();
                        } else if (mine) {
                            quietly(leases.release(key)); // it was let go, or taken over, meanwhile
                        }
                    }));
        }
    }

    private static void quietly(Publisher<Void> work) {
        Mono.from(work).onErrorComplete().subscribe();
    }

    /** One time of waiting. */
    private static final class Attempt implements Disposable {
        private @Nullable Disposable work;

        @Override
        public void dispose() {
            if (work != null) {
                work.dispose();
            }
        }
    }
}
