package io.reactivemqtt.reactor;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Opens nothing again that another has opened since, as the databases do. */
final class StrictStore implements SessionStore {
    private final InMemorySessionStore kept = new InMemorySessionStore();
    private int opened;
    private boolean fails;

    /** From now on it cannot be opened. */
    void fails() {
        fails = true;
    }

    private static final class Log implements SessionLog {
        private final SessionLog log;
        private final int number;

        Log(SessionLog log, int number) {
            this.log = log;
            this.number = number;
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return log.append(changes);
        }

        @Override
        public Publisher<Void> close() {
            return log.close();
        }
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return Mono.defer(() -> fails
                ? Mono.error(new StoreException("it is down", null))
                : Mono.from(kept.open(key)).map(log -> new Log(log, ++opened)));
    }

    @Override
    public Publisher<SessionLog> reopen(SessionKey key, SessionLog earlier) {
        return Mono.defer(() -> earlier instanceof Log own && own.number == opened
                ? Mono.from(open(key))
                : Mono.error(new SessionTakenOverException(key.clientIdentifier())));
    }
}
