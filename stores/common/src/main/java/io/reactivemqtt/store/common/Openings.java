package io.reactivemqtt.store.common;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Lets openings of a Session by this process come one after the other: one that was cancelled must not take the Session from one that
 * came after it. Thread-safe.
 */
public final class Openings {

    private final ConcurrentMap<SessionKey, Turn> turns = new ConcurrentHashMap<>();

    /** Begins without any. */
    public Openings() {}

    /**
     * Opens at each subscription, when the openings of that Session before it have ended, well or not. Whoever cancels stops nothing that
     * has begun.
     */
    public Mono<SessionLog> inTurn(SessionKey key, Mono<SessionLog> open) {
        return Mono.defer(() -> {
            Turn turn = new Turn();
            return turns.compute(key, (same, before) -> turn.behind(before, open, () -> turns.remove(key, turn))).work;
        });
    }

    /** One of them. */
    private static final class Turn {
        private Mono<SessionLog> work = Mono.empty();

        Turn behind(@Nullable Turn before, Mono<SessionLog> open, Runnable atTheEnd) {
            Mono<SessionLog> mine = open.doFinally(signal -> atTheEnd.run());
            work = (before == null ? mine : before.work.onErrorComplete().then(mine)).cache();
            return this;
        }
    }
}
