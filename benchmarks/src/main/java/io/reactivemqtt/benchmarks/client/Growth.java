package io.reactivemqtt.benchmarks.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * How the cost of our client grows with what it holds.
 *
 * <ul>
 *   <li>{@code subscriptions}: beside N subscriptions, messages at QoS 1 come in: an {@link Outcome}
 *   <li>{@code streams}: N subscribers of one filter get messages at QoS 1: an {@link Outcome} for each that one of them gets
 *   <li>{@code flight}: beside N messages that are never acknowledged, messages at QoS 1 go out: an {@link Outcome}
 *   <li>{@code clients}: N clients on one event loop publish a few messages at QoS 1, again and again: an {@link Outcome}
 *   <li>{@code sessions}: beside N Sessions in one SQLite store, others come into it: an {@link Outcome} for each of those
 *   <li>{@code queue}: bytes of heap for each of N messages that wait for a connection
 *   <li>{@code recovery}: nanoseconds from {@code connect()} until the first, and until the last, of N messages that an earlier
 *       client left in a SQLite store is acknowledged
 * </ul>
 */
final class Growth {

    private static final int MEASURED = 4_000_000;
    private static final int PAYLOAD_BYTES = 64;
    private static final TopicName TOPIC = TopicName.of("sink/meters/7/temperature");
    private static final long PATIENCE_SECONDS = 120;
    private static final int FEW = 16;
    private static final int ENTERING = 5_000;
    private static final int AT_ONCE = 500;
    private static final Duration LOOK = Duration.ofMillis(20);

    private final String host;
    private final int port;

    Growth(String host, int port) {
        this.host = host;
        this.port = port;
    }

    String run(String what, int n) throws Exception {
        return switch (what) {
            case "subscriptions" -> subscriptions(n).toString();
            case "streams" -> streams(n).toString();
            case "flight" -> flight(n).toString();
            case "clients" -> clients(n).toString();
            case "sessions" -> sessions(n).toString();
            case "queue" -> Long.toString(queue(n));
            case "recovery" -> recovery(n);
            default -> throw new IllegalArgumentException("what grows with " + what + "?");
        };
    }

    private ReactorMqttClient client(String name, Consumer<ClientOptions.Builder> setup) {
        return ReactorMqttClient.create(options ->
                setup.accept(options.server("mqtt://" + host + ":" + port).clientIdentifier(name)));
    }

    private static ApplicationMessage message(TopicName topicName) {
        return ApplicationMessage.of(topicName, Payload.of(new byte[PAYLOAD_BYTES]), Qos.AT_LEAST_ONCE);
    }

    private Outcome subscriptions(int n) throws InterruptedException {
        ReactorMqttClient client = client("growth", options -> {});
        client.connect().block();
        CountDownLatch granted = new CountDownLatch(n);
        for (int i = 0; i < n; i++) {
            String filter = "meters/" + i % 100 + "/+/" + i;
            client.subscribe(options ->
                            options.filter(filter).qos(Qos.AT_LEAST_ONCE).onGranted(code -> granted.countDown()))
                    .subscribe();
        }
        granted.await();
        Workloads.usedHeap(); // what 10,000 subscriptions made is moved once, and not by the messages
        CompletableFuture<Cost> all = new CompletableFuture<>();
        AtomicLong arrived = new AtomicLong();
        Cost begin = Cost.now();
        client.subscribe("push/1/" + PAYLOAD_BYTES + "/" + MEASURED, Qos.AT_LEAST_ONCE)
                .subscribe(message -> {
                    if (arrived.incrementAndGet() == MEASURED) {
                        all.complete(Cost.now());
                    }
                });
        Cost end = all.join();
        client.disconnect().block();
        return new Outcome(MEASURED, end.since(begin));
    }

    private Outcome streams(int n) throws InterruptedException {
        ReactorMqttClient client = client("growth", options -> {});
        int messages = MEASURED / n;
        long deliveries = (long) messages * n;
        String filter = "push/1/" + PAYLOAD_BYTES + "/" + messages;
        CompletableFuture<Cost> first = new CompletableFuture<>();
        CompletableFuture<Cost> all = new CompletableFuture<>();
        AtomicLong arrived = new AtomicLong();
        for (int i = 0; i < n; i++) { // before there is a connection, so that nobody misses a message
            client.subscribe(filter, Qos.AT_LEAST_ONCE).subscribe(message -> {
                long count = arrived.incrementAndGet();
                if (count == 1) {
                    first.complete(Cost.now());
                } else if (count == deliveries) {
                    all.complete(Cost.now());
                }
            });
        }
        client.connect().block();
        Cost end = all.join();
        client.disconnect().block();
        return new Outcome(deliveries, end.since(first.join()));
    }

    private Outcome flight(int n) throws InterruptedException {
        ReactorMqttClient client = client("wide-growth", options -> options.disconnectTimeout(Duration.ofMillis(1))
                .queue(queue -> queue.maximumMessages(n + BenchmarkClient.WINDOW)));
        client.connect().block();
        ApplicationMessage held = message(TopicName.of("hold/meters/7/temperature"));
        for (int i = 0; i < n; i++) {
            client.publish(held).subscribe(result -> {}, failure -> {});
        }
        client.inspectSession()
                .filter(session -> session.inFlight().size() == n)
                .repeatWhenEmpty(tries -> tries.delayElements(LOOK))
                .block();
        Workloads.usedHeap();
        Cost begin = Cost.now();
        Flux<ApplicationMessage> messages = Flux.range(0, MEASURED).map(i -> message(TOPIC));
        boolean good = Boolean.TRUE.equals(
                client.publish(messages).all(PublishResult::isSuccess).block());
        Outcome outcome = new Outcome(MEASURED, Cost.now().since(begin));
        client.disconnect().block();
        require(good);
        return outcome;
    }

    private Outcome clients(int n) throws InterruptedException {
        List<ReactorMqttClient> clients = IntStream.range(0, n)
                .mapToObj(i -> client("growth-" + i, options -> {}))
                .toList();
        Flux.fromIterable(clients)
                .flatMap(ReactorMqttClient::connect, BenchmarkClient.WINDOW)
                .blockLast();
        Flux<ApplicationMessage> few = Flux.range(0, FEW).map(i -> message(TOPIC));
        AtomicLong acknowledged = new AtomicLong();
        CountDownLatch done = new CountDownLatch(n);
        Workloads.usedHeap(); // what so many clients are is moved once, and not by the messages
        Cost begin = Cost.now();
        for (ReactorMqttClient client : clients) { // no operator that looks at all of them for each message
            client.publish(few)
                    .repeat(MEASURED / n / FEW - 1)
                    .filter(PublishResult::isSuccess)
                    .doFinally(end -> done.countDown())
                    .subscribe(result -> acknowledged.incrementAndGet());
        }
        done.await();
        Outcome outcome = new Outcome(acknowledged.get(), Cost.now().since(begin));
        Flux.fromIterable(clients)
                .flatMap(ReactorMqttClient::disconnect, BenchmarkClient.WINDOW)
                .blockLast();
        require(acknowledged.get() == (long) MEASURED / n / FEW * FEW * n);
        return outcome;
    }

    private Outcome sessions(int n) {
        Path directory = TemporaryDirectory.create("benchmark-sessions-");
        try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"))) {
            fill(store, 0, n);
            Cost begin = Cost.now();
            fill(store, n, ENTERING);
            return new Outcome(ENTERING, Cost.now().since(begin));
        } finally {
            TemporaryDirectory.delete(directory);
        }
    }

    /** Sessions come into {@code store}, each with one message, and stay there without a client. */
    private void fill(SqliteSessionStore store, int first, int count) {
        ApplicationMessage message = message(TOPIC);
        Flux.range(first, count)
                .map(i -> client(
                        "growth-" + i, options -> options.cleanSession(false).sessionStore(store)))
                .flatMap(client -> client.enqueue(message).then(client.disconnect()), AT_ONCE)
                .blockLast();
    }

    private static void require(boolean good) {
        if (!good) {
            throw new IllegalStateException("a message failed");
        }
    }

    private long queue(int n) throws InterruptedException {
        ReactorMqttClient client = client(
                "growth",
                options -> options.queue(queue -> queue.maximumMessages(n).maximumBytes(Long.MAX_VALUE)));
        long before = Workloads.usedHeap();
        Disposable[] waiting = new Disposable[n];
        for (int i = 0; i < n; i++) {
            waiting[i] = client.publish(message(TOPIC)).subscribe(result -> {}, failure -> {});
        }
        client.inspectSession()
                .filter(session -> session.waiting() == n)
                .repeatWhenEmpty(tries -> tries.delayElements(LOOK))
                .block();
        long each = (Workloads.usedHeap() - before) / n;
        waiting[0].dispose(); // all of them are wanted until here
        return each;
    }

    private String recovery(int n) throws InterruptedException, ExecutionException, TimeoutException {
        Path directory = TemporaryDirectory.create("benchmark-recovery-");
        try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"))) {
            Consumer<ClientOptions.Builder> setup =
                    options -> options.cleanSession(false).sessionStore(store).queue(queue -> queue.maximumMessages(n)
                            .maximumBytes(Long.MAX_VALUE));
            ReactorMqttClient earlier = client("growth", setup);
            ApplicationMessage message = message(TOPIC);
            Flux.range(0, n)
                    .flatMap(i -> earlier.enqueue(message), BenchmarkClient.WINDOW)
                    .blockLast();
            earlier.disconnect().block();

            ReactorMqttClient later = client("growth", setup);
            CompletableFuture<Long> first = new CompletableFuture<>();
            CompletableFuture<Long> last = new CompletableFuture<>();
            AtomicLong acknowledged = new AtomicLong();
            long begin = System.nanoTime();
            later.receipts().subscribe(receipt -> {
                long nanos = System.nanoTime() - begin;
                first.complete(nanos);
                if (acknowledged.incrementAndGet() == n) {
                    last.complete(nanos);
                }
            });
            later.connect().block();
            String answer =
                    first.get(PATIENCE_SECONDS, TimeUnit.SECONDS) + " " + last.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            later.disconnect().block();
            return answer;
        } finally {
            TemporaryDirectory.delete(directory);
        }
    }
}
