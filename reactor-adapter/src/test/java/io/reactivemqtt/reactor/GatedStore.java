package io.reactivemqtt.reactor;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** A store in memory whose appends and openings the test holds up, lets go and fails. */
final class GatedStore implements SessionStore {

    private final InMemorySessionStore kept = new InMemorySessionStore();
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final List<List<SessionChange>> appends = new ArrayList<>();
    private Sinks.Empty<Void> otherOwner = Sinks.empty();
    private boolean holding;
    private @Nullable RuntimeException failure;
    private int opened;
    private int closed;
    private int reopened;
    private boolean another;

    // ---- the test

    /** From now on nothing is done before {@link #release}. */
    void hold() {
        holding = true;
    }

    /** Does the first thing that was held up. */
    void release() {
        held.remove().run();
    }

    /** Holds nothing up any more. */
    void letGo() {
        holding = false;
        while (!held.isEmpty()) {
            release();
        }
    }

    /** What is held up never happens: its process has died. */
    void drop() {
        holding = false;
        held.clear();
    }

    /** Tells the owner that there is another. */
    void tellOfAnotherOwner() {
        Sinks.Empty<Void> told = otherOwner;
        otherOwner = Sinks.empty();
        told.tryEmitEmpty();
    }

    /** Cannot say whether there is another owner. */
    void losesSightOfOwners() {
        otherOwner.tryEmitError(new IllegalStateException("who knows"));
    }

    boolean isWatchedForOwners() {
        return otherOwner.currentSubscriberCount() > 0;
    }

    /** From now on all fails, also what is held up. */
    void fail(RuntimeException cause) {
        failure = cause;
    }

    void mend() {
        failure = null;
    }

    int waiting() {
        return held.size();
    }

    int opened() {
        return opened;
    }

    int closed() {
        return closed;
    }

    /** What was appended since this was last asked: a list for each append. */
    List<List<SessionChange>> appends() {
        List<List<SessionChange>> all = List.copyOf(appends);
        appends.clear();
        return all;
    }

    // ---- the store

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return when(Mono.from(kept.open(key)).map(log -> {
            opened++;
            return new GatedLog(log);
        }));
    }

    /** Waits as an append does. */
    Mono<Void> gate() {
        return when(Mono.empty());
    }

    /** Whoever had it and failed finds another owner. */
    void isOpenedByAnother() {
        another = true;
    }

    int reopened() {
        return reopened;
    }

    @Override
    public Publisher<SessionLog> reopen(SessionKey key, SessionLog earlier) {
        return Mono.defer(() -> {
            reopened++;
            return another ? Mono.error(new SessionTakenOverException(key.clientIdentifier())) : Mono.from(open(key));
        });
    }

    private <T> Mono<T> when(Mono<T> work) {
        return Mono.create(sink -> {
            if (holding) {
                held.add(() -> work(work, sink));
            } else {
                work(work, sink);
            }
        });
    }

    private <T> void work(Mono<T> work, MonoSink<T> sink) {
        if (failure != null) {
            sink.error(failure);
        } else {
            work.subscribe(sink::success, sink::error, sink::success);
        }
    }

    private final class GatedLog implements SessionLog {
        private final SessionLog log;

        GatedLog(SessionLog log) {
            this.log = log;
        }

        @Override
        public Publisher<Void> takenOver() {
            return otherOwner.asMono();
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return Mono.defer(() -> {
                appends.add(changes);
                return when(Mono.from(log.append(changes)));
            });
        }

        @Override
        public Publisher<Void> close() {
            return Mono.from(log.close()).doOnSubscribe(subscription -> closed++);
        }
    }
}
