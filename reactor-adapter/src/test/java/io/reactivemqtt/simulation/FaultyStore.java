package io.reactivemqtt.simulation;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.util.ArrayDeque;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** What survives the process. Each piece of work waits until it is let done, or fails, or its process dies before. */
final class FaultyStore implements SessionStore {

    /** Work that was asked for and not done yet. */
    private record Work<T>(Mono<T> mono, MonoSink<T> asked) {

        void complete() {
            Disposable ignored = mono.subscribe(asked::success, asked::error, asked::success);
        }

        void completeUnheard() {
            Disposable ignored = mono.onErrorComplete().subscribe();
        }

        void fail() {
            asked.error(new StoreException("the disk is full", null));
        }
    }

    private final SessionStore kept = new InMemorySessionStore();
    private final ArrayDeque<Work<?>> waiting = new ArrayDeque<>();

    boolean hasWork() {
        return !waiting.isEmpty();
    }

    void completeOne() {
        waiting.remove().complete();
    }

    /**
     * Fails the next.
     *
     * @param done whether it is done all the same, which nobody is told
     */
    void failOne(boolean done) {
        Work<?> work = waiting.remove();
        if (done) {
            work.completeUnheard();
        }
        work.fail();
    }

    /** The process dies: so much of what it has asked for is done, in order. */
    void processDies(int done) {
        for (int i = 0; i < done && !waiting.isEmpty(); i++) {
            waiting.remove().completeUnheard();
        }
        waiting.clear();
    }

    /** Another process has the Session now. */
    void isTakenOver(SessionKey key) {
        Disposable ignored = Mono.from(kept.open(key)).subscribe();
    }

    // ---- the store

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return whenLet(Mono.from(kept.open(key)).map(Log::new));
    }

    private <T> Mono<T> whenLet(Mono<T> work) {
        return Mono.create(sink -> waiting.add(new Work<>(work, sink)));
    }

    private final class Log implements SessionLog {
        private final SessionLog log;

        Log(SessionLog log) {
            this.log = log;
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return whenLet(Mono.from(log.append(changes)));
        }

        @Override
        public Publisher<Void> close() {
            return log.close();
        }
    }
}
