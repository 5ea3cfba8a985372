package io.reactivemqtt.reactor;

import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.OutboxMessage;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutboxTaken;
import io.reactivemqtt.store.SessionChange.SessionBegun;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.TransactionalLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** A store in memory that shares its transactions with handlers and has an outbox. */
final class SharingStore implements SessionStore, HandlerTransaction<String> {

    static final String CONNECTION = "the connection";

    final GatedStore kept = new GatedStore();
    final List<List<SessionChange>> appends = new ArrayList<>();
    final List<Set<Integer>> begun = new ArrayList<>();
    final Set<Integer> processed = new HashSet<>();
    final TreeMap<Long, OutboxMessage> outbox = new TreeMap<>();
    long asked;
    private boolean losesAnswers;
    private @Nullable FluxSink<OutboxMessage> reader;

    /** From now on appends are done, and fail all the same. */
    void losesAnswers(boolean loses) {
        losesAnswers = loses;
    }

    void put(OutboxMessage message) {
        outbox.put(message.number(), message);
        if (reader != null) {
            reader.next(message);
        }
    }

    @Override
    public SessionStore store() {
        return this;
    }

    @Override
    public Publisher<Void> run(
            SessionLog log,
            Set<Integer> packetIdentifiers,
            BiFunction<? super String, ? super Set<Integer>, ? extends Publisher<?>> work) {
        return Flux.defer(() -> {
                    begun.add(Set.copyOf(packetIdentifiers));
                    Set<Integer> fresh = new HashSet<>(packetIdentifiers);
                    fresh.removeAll(processed);
                    return Flux.from(work.apply(CONNECTION, fresh)).doOnComplete(() -> processed.addAll(fresh));
                })
                .then();
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return Mono.from(kept.open(key)).map(Log::new);
    }

    private final class Log implements TransactionalLog {
        private final SessionLog log;

        Log(SessionLog log) {
            this.log = log;
        }

        @Override
        public Publisher<OutboxMessage> outbox() {
            return Flux.<OutboxMessage>create(sink -> {
                        reader = sink;
                        List.copyOf(outbox.values()).forEach(sink::next);
                    })
                    .doOnRequest(count -> asked += count);
        }

        @Override
        public Publisher<SessionChange> recover() {
            return log.recover();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            List<SessionChange> sessions = new ArrayList<>(changes);
            sessions.removeIf(change -> change instanceof SessionBegun || change instanceof OutboxTaken);
            return Flux.defer(() -> {
                appends.add(changes);
                return Flux.from(sessions.isEmpty() ? kept.gate() : log.append(sessions))
                        .doOnComplete(() -> changes.forEach(change -> {
                            if (change instanceof OutboxTaken taken) {
                                outbox.remove(taken.number());
                            }
                        }))
                        .concatWith(Mono.defer(() -> losesAnswers
                                ? Mono.error(new IllegalStateException("the answer is lost"))
                                : Mono.empty()));
            });
        }

        @Override
        public Publisher<Void> close() {
            return log.close();
        }
    }
}
