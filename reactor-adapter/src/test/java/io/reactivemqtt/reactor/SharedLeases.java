package io.reactivemqtt.reactor;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Leases of processes that a test is all of: nothing lapses by itself. */
final class SharedLeases {

    private final Map<SessionKey, OfProcess> holders = new HashMap<>();
    private final Sinks.Many<SessionKey> ends = Sinks.many().multicast().directBestEffort();

    SessionLeases process() {
        return new OfProcess();
    }

    private void end(SessionKey key) {
        holders.remove(key);
        ends.tryEmitNext(key);
    }

    private final class OfProcess implements SessionLeases {
        private final Sinks.Many<SessionKey> lost = Sinks.many().multicast().directBestEffort();
        private boolean closed;

        @Override
        public Publisher<Boolean> claim(SessionKey key) {
            return Mono.fromSupplier(() -> isClaimed(key));
        }

        private boolean isClaimed(SessionKey key) {
            return !closed && holders.computeIfAbsent(key, free -> this) == this;
        }

        @Override
        public Publisher<Void> standBy(SessionKey key) {
            return Mono.defer(() -> isClaimed(key)
                    ? Mono.empty()
                    : ends.asFlux().filter(end -> isClaimed(key)).next().then());
        }

        @Override
        public Publisher<Void> release(SessionKey key) {
            return Mono.fromRunnable(() -> {
                if (holders.get(key) == this) {
                    end(key);
                }
            });
        }

        @Override
        public Set<SessionKey> held() {
            Set<SessionKey> held = new HashSet<>(holders.keySet());
            held.removeIf(key -> holders.get(key) != this);
            return held;
        }

        @Override
        public Publisher<SessionKey> lost() {
            return lost.asFlux();
        }

        /** As if it had stood still for too long. */
        @Override
        public void close() {
            closed = true;
            held().forEach(SharedLeases.this::end);
            closed = false;
        }
    }
}
