package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Run by hand: how many changes a second go into the file that the first argument names. */
final class Throughput {

    private static final int PAYLOAD_BYTES = 100;
    private static final long MEASURED_NANOS = 3_000_000_000L;

    private Throughput() {}

    public static void main(String[] arguments) {
        for (Durability durability : Durability.values()) {
            Path file = Path.of(arguments[0] + "-" + durability);
            try (SqliteSessionStore store = SqliteSessionStore.at(file, durability)) {
                for (int changes : new int[] {3, 33, 129, 1_200}) {
                    measure(store, 1, changes, false);
                    System.out.printf(
                            "%s, 1 client, %d changes an append: %,d changes/s%n",
                            durability, changes, measure(store, 1, changes, true));
                }
                System.out.printf(
                        "%s, 100 clients, 33 changes an append: %,d changes/s%n",
                        durability, measure(store, 100, 33, true));
                measureFirstRecovered(store);
            }
        }
    }

    private static long measure(SqliteSessionStore store, int clients, int changes, boolean atLength) {
        long begin = System.nanoTime();
        long end = begin + (atLength ? MEASURED_NANOS : MEASURED_NANOS / 3);
        Long written = Flux.range(0, clients)
                .flatMap(client -> Mono.from(store.open(SessionKey.of("client " + client))), clients)
                .flatMap(log -> writeUntil(end, log, changes), clients)
                .reduce(0L, Long::sum)
                .block();
        return (written == null ? 0 : written) * 1_000_000_000L / (System.nanoTime() - begin);
    }

    private static Flux<Long> writeUntil(long end, SessionLog log, int changes) {
        return Flux.<Long, Long>generate(() -> 1L, (sequence, sink) -> {
                    if (System.nanoTime() < end) {
                        sink.next(sequence);
                    } else {
                        sink.complete();
                    }
                    return sequence + changes;
                })
                .concatMap(
                        sequence -> {
                            List<SessionChange> append = new ArrayList<>();
                            for (long next = sequence; append.size() < changes; next++) {
                                append.add(message(next));
                                append.add(new OutgoingAssigned(next, (int) (next % 60_000) + 1));
                                append.add(new OutgoingCompleted(next - changes / 3));
                            }
                            return Mono.from(log.append(append)).thenReturn((long) append.size());
                        },
                        1);
    }

    private static OutgoingAccepted message(long sequence) {
        return new OutgoingAccepted(
                sequence,
                ApplicationMessage.of(
                        TopicName.of("meters/17/readings"), Payload.of(new byte[PAYLOAD_BYTES]), Qos.AT_LEAST_ONCE),
                1);
    }

    private static void measureFirstRecovered(SqliteSessionStore store) {
        SessionLog log = open(store, "waiting");
        for (long from = 1; from <= 1_000_000; from += 10_000) {
            List<SessionChange> changes = new ArrayList<>();
            for (long sequence = from; sequence < from + 10_000; sequence++) {
                changes.add(message(sequence));
            }
            append(log, changes);
        }
        long begin = System.nanoTime();
        Flux.from(log.recover()).blockFirst();
        long first = System.nanoTime();
        Long all = Flux.from(log.recover()).count().block();
        System.out.printf(
                "first of 1,000,000 after %,d us, all %,d after %,d ms%n",
                (first - begin) / 1_000, all, (System.nanoTime() - first) / 1_000_000);
    }
}
