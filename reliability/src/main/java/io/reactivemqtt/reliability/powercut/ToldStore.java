package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A store that says which changes are handed in to another one, and when that one calls them durable. */
final class ToldStore implements SessionStore {

    private final SessionStore store;
    private final Told told;
    private final boolean hasty;

    /**
     * Decorates a store.
     *
     * @param hasty a fault: calls changes durable when the store has only heard of them
     */
    ToldStore(SessionStore store, Told told, boolean hasty) {
        this.store = store;
        this.told = told;
        this.hasty = hasty;
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return Mono.from(store.open(key)).map(log -> new Log(log, key.clientIdentifier()));
    }

    @Override
    public SessionStore undecoratedStore() {
        return store.undecoratedStore();
    }

    private final class Log implements SessionLog {
        private final SessionLog log;
        private final String client;

        Log(SessionLog log, String client) {
            this.log = log;
            this.client = client;
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return Mono.defer(() -> {
                told.handedIn(client, changes);
                Mono<Void> durable = Mono.from(log.append(changes));
                if (hasty) {
                    told.stored(client);
                    return durable;
                }
                return durable.doOnSuccess(nothing -> told.stored(client));
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
