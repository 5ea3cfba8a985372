package io.reactivemqtt.reliability;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.sqlite.Durability;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A store that says "stored" at once and stores up to 50 ms later. */
final class HastySetup implements ChildSetup {

    private static final Duration LATE = Duration.ofMillis(50);

    HastySetup() {}

    @Override
    public SessionStore store(Path directory) {
        SessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"), Durability.OPERATING_SYSTEM);
        return key -> Mono.from(store.open(key)).map(HastyLog::new);
    }

    /** Changes that will be stored, and who hears of it. */
    private record Late(List<SessionChange> changes, Sinks.Empty<Void> stored) {}

    private static final class HastyLog implements SessionLog {
        private final SessionLog log;
        private final Sinks.Many<Late> later = Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.Empty<Void> done = Sinks.empty();

        HastyLog(SessionLog log) {
            this.log = log;
            later.asFlux()
                    .buffer(LATE)
                    .concatMap(this::store, Integer.MAX_VALUE) // a timer cannot wait until a batch is stored
                    .subscribe(nothing -> {}, done::tryEmitError, done::tryEmitEmpty);
        }

        private Mono<Void> store(List<Late> batch) {
            List<SessionChange> changes =
                    batch.stream().flatMap(late -> late.changes.stream()).toList();
            return Mono.from(log.append(changes))
                    .doOnSuccess(nothing -> batch.forEach(late -> late.stored.tryEmitEmpty()));
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return Mono.defer(() -> {
                Late late = new Late(changes, Sinks.empty());
                later.emitNext(late, Sinks.EmitFailureHandler.FAIL_FAST);
                return changes.stream().anyMatch(SessionChange.ConnectionBegun.class::isInstance)
                        ? late.stored.asMono() // without it, the next process would not go on with the Session at all
                        : Mono.empty();
            });
        }

        @Override
        public Publisher<Void> close() {
            return Flux.defer(() -> {
                later.tryEmitComplete();
                return done.asMono().then(Mono.from(log.close()));
            });
        }
    }
}
