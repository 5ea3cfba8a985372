package io.reactivemqtt.benchmarks.stores;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.benchmarks.sink.SinkServer;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Clients of one store that publish at QoS 1, each message stored before it leaves. */
final class DurableLoad {

    static final int STORED = 100_000;

    /** So many messages are on their way at once, of all clients together. */
    private static final int IN_FLIGHT = 1_000;

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final ApplicationMessage MESSAGE = ApplicationMessage.to(TopicName.of("sink/meters/7/temperature"))
            .payload(Payload.of(new byte[64]))
            .qos(Qos.AT_LEAST_ONCE)
            .build();

    private final SinkServer server;
    private final SessionStore store;
    private final String name;

    DurableLoad(SinkServer server, SessionStore store, String name) {
        this.server = server;
        this.store = store;
        this.name = name;
    }

    private ReactorMqttClient client(int number) {
        return ReactorMqttClient.create(options -> options.server("mqtt://127.0.0.1:" + server.port())
                .durableSession(name + "-" + number, Duration.ofDays(1), store)
                .queue(queue -> queue.maximumMessages(2 * STORED)));
    }

    /** Returns how many messages a second are acknowledged, after a time that is not measured. */
    double publish(int clients, Duration warmUp, Duration measured) {
        List<ReactorMqttClient> all =
                IntStream.range(0, clients).mapToObj(this::client).toList();
        Flux.fromIterable(all).flatMap(ReactorMqttClient::connect, 100).blockLast(PATIENCE);
        AtomicLong acknowledged = new AtomicLong();
        Disposable.Composite publishing = Disposables.composite();
        for (ReactorMqttClient each : all) {
            publishing.add(Flux.range(0, Integer.MAX_VALUE)
                    .flatMap(number -> each.publish(MESSAGE), Math.max(1, IN_FLIGHT / clients))
                    .subscribe(result -> acknowledged.incrementAndGet()));
        }
        Mono.delay(warmUp).block();
        long before = acknowledged.get();
        long begin = System.nanoTime();
        Mono.delay(measured).block();
        double perSecond = (acknowledged.get() - before) * 1e9 / (System.nanoTime() - begin);
        publishing.dispose();
        Flux.fromIterable(all).flatMap(ReactorMqttClient::disconnect, 100).blockLast(PATIENCE);
        return perSecond;
    }

    /** How long it takes, in ms, from {@code connect()} until the Server has the first, and the last, of what was stored. */
    record Recovery(double first, double last) {}

    Recovery recover() {
        ReactorMqttClient before = client(0);
        Flux.range(0, STORED).flatMap(number -> before.enqueue(MESSAGE), 10_000).blockLast(PATIENCE);
        before.disconnect(Duration.ZERO).block(PATIENCE);
        server.reset();
        ReactorMqttClient after = client(0);
        long begin = System.nanoTime();
        Objects.requireNonNull(after.connect().block(PATIENCE));
        double first = await(1, begin);
        double last = await(STORED, begin);
        after.disconnect().block(PATIENCE);
        return new Recovery(first, last);
    }

    private double await(int messages, long begin) {
        long now = System.nanoTime();
        while (server.tally().publishes() < messages) {
            Mono.delay(LOOK).block();
            now = System.nanoTime();
            if (now - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "the Server has only " + server.tally().publishes() + " messages");
            }
        }
        return (now - begin) / 1e6;
    }
}
