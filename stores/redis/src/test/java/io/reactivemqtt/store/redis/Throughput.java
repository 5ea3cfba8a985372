package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisClient;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Run by hand: how many messages a second are accepted and completed, and how long a recovery takes. */
final class Throughput {

    private static final long MEASURED_NANOS = 4_000_000_000L;
    private static final Payload PAYLOAD = Payload.of(new byte[64]);
    private static final TopicName TOPIC = TopicName.of("meters/17/readings");

    private Throughput() {}

    public static void main(String[] arguments) throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            RedisClient client = TestRedis.newClient();
            RedisSessionStore store = RedisSessionStore.at(client, redis.uri());
            for (int clients : new int[] {1, 100, 1_000}) {
                for (int messages : new int[] {1, 16, 256}) {
                    measure(store, clients, messages);
                    System.out.printf(
                            "%d clients, %d messages an append: %,d messages/s%n",
                            clients, messages, measure(store, clients, messages));
                }
            }
            recover(store);
            memory(redis);
            TestRedis.shutDown(client);
        }
    }

    private static long measure(RedisSessionStore store, int clients, int messages) {
        List<SessionLog> logs = Objects.requireNonNull(Flux.range(0, clients)
                .flatMap(client -> Mono.from(store.open(SessionKey.of("client " + client))), 100)
                .collectList()
                .block());
        long begin = System.nanoTime();
        long end = begin + MEASURED_NANOS;
        Long done = Flux.fromIterable(logs)
                .flatMap(log -> appendUntil(end, log, messages), clients)
                .reduce(0L, Long::sum)
                .block();
        return Objects.requireNonNull(done) * 1_000_000_000L / (System.nanoTime() - begin);
    }

    private static Flux<Long> appendUntil(long end, SessionLog log, int messages) {
        return Flux.<Long, Long>generate(() -> 1L, (sequence, sink) -> {
                    if (System.nanoTime() < end) {
                        sink.next(sequence);
                    } else {
                        sink.complete();
                    }
                    return sequence + messages;
                })
                .concatMap(
                        sequence -> Mono.from(log.append(changes(sequence, messages)))
                                .thenReturn((long) messages),
                        1);
    }

    /** Some are accepted and sent, and as many of those before are acknowledged. */
    private static List<SessionChange> changes(long first, int messages) {
        List<SessionChange> changes = new ArrayList<>();
        for (long sequence = first; sequence < first + messages; sequence++) {
            changes.add(accepted(sequence));
            changes.add(new OutgoingAssigned(sequence, (int) (sequence % 60_000) + 1));
            changes.add(new OutgoingCompleted(sequence - messages));
        }
        return changes;
    }

    private static OutgoingAccepted accepted(long sequence) {
        return new OutgoingAccepted(sequence, ApplicationMessage.of(TOPIC, PAYLOAD, Qos.AT_LEAST_ONCE), 1);
    }

    private static void recover(RedisSessionStore store) {
        SessionLog log = Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of("waiting"))).block());
        for (long first = 1; first <= 100_000; first += 10_000) {
            List<SessionChange> changes = new ArrayList<>();
            for (long sequence = first; sequence < first + 10_000; sequence++) {
                changes.add(accepted(sequence));
            }
            Mono.from(log.append(changes)).block();
        }
        long begin = System.nanoTime();
        Flux.from(log.recover()).blockFirst();
        long first = System.nanoTime();
        Long all = Flux.from(log.recover()).count().block();
        System.out.printf(
                "first of 100,000 after %,d us, all %,d after %,d ms%n",
                (first - begin) / 1_000, all, (System.nanoTime() - first) / 1_000_000);
    }

    /** Says what 100,000 waiting messages take, by what Redis says of the keys of their Session. */
    private static void memory(TestRedis redis) throws IOException {
        Keys keys = Keys.of("mqtt:", SessionKey.of("waiting"));
        for (byte[] key : List.of(keys.session(), keys.content(), keys.state(), keys.order())) {
            String name = new String(key, StandardCharsets.UTF_8);
            System.out.println(name + ": " + redis.server().said("memory", "usage", name, "samples", "0") + " bytes");
        }
    }
}
