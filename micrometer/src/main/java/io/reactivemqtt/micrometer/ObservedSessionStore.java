package io.reactivemqtt.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A session store whose appends are timed: {@value #APPEND}, with the tag {@code outcome}, which is {@code success} or {@code error}. An
 * append is one transaction, of one change or of many; QoS 1 and 2 messages leave and are acknowledged as fast as it is.
 *
 * <p>All else is what the other store does. That one is still the application's to close.
 */
public final class ObservedSessionStore implements SessionStore {

    /** The name of the timer. */
    public static final String APPEND = "mqtt.client.store.append";

    private final SessionStore store;
    private final MeterRegistry registry;
    private final Timer succeeded;
    private final Timer failed;

    private ObservedSessionStore(SessionStore store, MeterRegistry registry, Iterable<Tag> tags) {
        this.store = store;
        this.registry = registry;
        this.succeeded = timer(Tags.of(tags).and("outcome", "success"));
        this.failed = timer(Tags.of(tags).and("outcome", "error"));
    }

    /**
     * Returns {@code store} with its appends timed in {@code registry}.
     *
     * @param tags of the timer, beside {@code outcome}; such as {@code Tags.of("client", "orders")}
     */
    public static SessionStore observe(SessionStore store, MeterRegistry registry, Iterable<Tag> tags) {
        return new ObservedSessionStore(
                Objects.requireNonNull(store, "store"),
                Objects.requireNonNull(registry, "registry"),
                Objects.requireNonNull(tags, "tags"));
    }

    private Timer timer(Tags tags) {
        return Timer.builder(APPEND)
                .tags(tags)
                .description("How long the session store takes to make changes durable")
                .register(registry);
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return Flux.from(store.open(key)).map(TimedLog::new);
    }

    @Override
    public Publisher<SessionLog> reopen(SessionKey key, SessionLog earlier) {
        return Flux.from(store.reopen(key, earlier.undecoratedLog())).map(TimedLog::new);
    }

    @Override
    public Publisher<SessionChange> peek(SessionKey key) {
        return store.peek(key);
    }

    @Override
    public Publisher<SessionKey> sessions(String namespace) {
        return store.sessions(namespace);
    }

    @Override
    public Publisher<Void> delete(SessionKey key) {
        return store.delete(key);
    }

    @Override
    public Publisher<Void> check() {
        return store.check();
    }

    @Override
    public SessionStore undecoratedStore() {
        return store.undecoratedStore();
    }

    /** A log that times. */
    private final class TimedLog implements SessionLog {

        private final SessionLog log;

        TimedLog(SessionLog log) {
            this.log = log;
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            Publisher<Void> append = log.append(changes);
            return Flux.defer(() -> {
                Timer.Sample sample = Timer.start(registry);
                return Flux.from(append)
                        .doOnComplete(() -> sample.stop(succeeded))
                        .doOnError(cause -> sample.stop(failed));
            });
        }

        @Override
        public Publisher<Void> takenOver() {
            return log.takenOver();
        }

        @Override
        public SessionLog undecoratedLog() {
            return log.undecoratedLog();
        }

        @Override
        public Publisher<Void> close() {
            return log.close();
        }
    }
}
