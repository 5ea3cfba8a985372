package io.reactivemqtt.store.redis;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** What tests do to Sessions, with the patience to wait for it. */
final class Sessions {

    static final Duration SOON = Duration.ofSeconds(30);

    private Sessions() {}

    static SessionLog open(SessionStore store, String client) {
        return Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of(client))).block(SOON));
    }

    /** Opens it as soon as the store works again. */
    static SessionLog openAgain(SessionStore store, String client) {
        return Objects.requireNonNull(Mono.from(store.open(SessionKey.of(client)))
                .retryWhen(Retry.fixedDelay(200, Duration.ofMillis(100)))
                .block(SOON));
    }

    static void append(SessionLog log, SessionChange... changes) {
        Mono.from(log.append(List.of(changes))).block(SOON);
    }

    /** Appends messages, each by itself. */
    static void append(SessionLog log, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            append(log, OwnerProcess.accepted(sequence));
        }
    }

    static List<SessionChange> recover(SessionLog log) {
        return Objects.requireNonNull(Flux.from(log.recover()).collectList().block(SOON));
    }

    /** Returns the sequences of the messages that wait. */
    static List<Long> waiting(SessionLog log) {
        return recover(log).stream()
                .filter(OutgoingAccepted.class::isInstance)
                .map(change -> ((OutgoingAccepted) change).sequence())
                .toList();
    }

    static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }
}
