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
        return clientIdentifier -> Mono.from(store.open(clientIdentifier)).map(HastyLog::new);
    }

    private static final class HastyLog implements SessionLog {
        private final SessionLog log;
        private final Sinks.Many<List<SessionChange>> later =
                Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.Empty<Void> done = Sinks.empty();

        HastyLog(SessionLog log) {
            this.log = log;
            later.asFlux()
                    .buffer(LATE)
                    .concatMap(batch ->
                            log.append(batch.stream().flatMap(List::stream).toList()))
                    .subscribe(nothing -> {}, done::tryEmitError, done::tryEmitEmpty);
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return Mono.fromRunnable(() -> later.emitNext(changes, Sinks.EmitFailureHandler.FAIL_FAST));
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
