package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the tests do with sessions again and again, waiting for the end. */
final class Sessions {

    static final Duration SOON = Duration.ofSeconds(30);

    private Sessions() {}

    static SessionLog open(SessionStore store, String clientIdentifier) {
        return Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of(clientIdentifier))).block(SOON));
    }

    static List<SessionChange> recover(SessionLog log) {
        return Objects.requireNonNull(Flux.from(log.recover()).collectList().block(SOON));
    }

    static List<SessionChange> peek(SessionStore store, String clientIdentifier) {
        return Objects.requireNonNull(Flux.from(store.peek(SessionKey.of(clientIdentifier)))
                .collectList()
                .block(SOON));
    }

    static void append(SessionLog log, SessionChange... changes) {
        append(log, List.of(changes));
    }

    static void append(SessionLog log, List<SessionChange> changes) {
        await(log.append(changes));
    }

    static void await(Publisher<?> publisher) {
        Flux.from(publisher).blockLast(SOON);
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(SOON.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("it did not come");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static OutgoingAccepted accepted(long sequence) {
        ApplicationMessage message = ApplicationMessage.to("meters/" + sequence)
                .text("reading " + sequence)
                .qos(Qos.EXACTLY_ONCE)
                .build();
        return new OutgoingAccepted(sequence, message, 1_700_000_000_000L + sequence);
    }

    static List<SessionChange> accepted(long from, long to) {
        List<SessionChange> changes = new ArrayList<>();
        for (long sequence = from; sequence <= to; sequence++) {
            changes.add(accepted(sequence));
        }
        return changes;
    }
}
