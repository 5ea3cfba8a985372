package io.reactivemqtt.benchmarks.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.micrometer.MqttMeters;
import io.reactivemqtt.micrometer.ObservedMqttClient;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ours, no knob turned: {@code publish(Flux)} or {@code publish(Mono)}, and {@code subscribe} with demand, or {@code consume}. */
final class ReactiveMqtt implements BenchmarkClient, Asking, Alone {

    /** How messages are handed over. */
    enum Style {
        /** One stream of all messages. */
        STREAM,
        /** One stream, in which each message has a payload of its own. */
        NEW_PAYLOADS,
        /** Each message alone, by a thread of the application. */
        SINGLE,
        /** Received by a handler. */
        HANDLER,
        /** Received by sixteen handlers. */
        HANDLERS
    }

    private static final String NAME = "benchmark";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Style style;
    private final Way way;
    private final Consumer<ClientOptions.Builder> setup;
    private final UnaryOperator<ReactorMqttClient> decorator;
    private @Nullable ReactorMqttClient client;

    ReactiveMqtt(Style style, Way way, Consumer<ClientOptions.Builder> setup) {
        this(style, way, setup, UnaryOperator.identity());
    }

    private ReactiveMqtt(
            Style style, Way way, Consumer<ClientOptions.Builder> setup, UnaryOperator<ReactorMqttClient> decorator) {
        this.style = style;
        this.way = way;
        this.setup = setup;
        this.decorator = decorator;
    }

    /** Returns it with meters and observations as a service has them, which nobody reads. */
    static ReactiveMqtt unwatched(Way way) {
        MeterRegistry meters = new SimpleMeterRegistry();
        return new ReactiveMqtt(Style.STREAM, way, options -> {}, client -> {
            new MqttMeters(client, NAME).bindTo(meters);
            return ObservedMqttClient.observe(client, ObservationRegistry.create(), NAME);
        });
    }

    @Override
    public void connect(String host, int port, String clientIdentifier) {
        ReactorMqttClient known = client;
        if (known == null) {
            known = create(way.uri(host, port), clientIdentifier);
            client = known;
        }
        known.connect().block();
    }

    private ReactorMqttClient create(String server, String clientIdentifier) {
        return decorator.apply(ReactorMqttClient.create(options -> {
            options.server(server).clientIdentifier(clientIdentifier);
            if (way.transport().isSecure()) {
                options.tls(tls -> tls.trustedCertificates(way.trusted()));
            }
            setup.accept(options);
        }));
    }

    private ReactorMqttClient client() {
        if (client == null) {
            throw new IllegalStateException("not connected");
        }
        return client;
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, int count) throws InterruptedException {
        TopicName topicName = TopicName.of(topic);
        Payload content = Payload.of(payload);
        Qos level = Qos.of(qos);
        if (style == Style.STREAM) {
            Flux<ApplicationMessage> messages =
                    Flux.range(0, count).map(i -> ApplicationMessage.of(topicName, content, level));
            require(client().publish(messages).all(PublishResult::isSuccess).block());
        } else if (style == Style.NEW_PAYLOADS) {
            Flux<ApplicationMessage> messages =
                    Flux.range(0, count).map(i -> ApplicationMessage.of(topicName, Payload.of(payload), level));
            require(client().publish(messages).all(PublishResult::isSuccess).block());
        } else {
            publishEach(topicName, content, level, count);
        }
    }

    private void publishEach(TopicName topicName, Payload content, Qos qos, int count) throws InterruptedException {
        Semaphore window = new Semaphore(WINDOW);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Consumer<PublishResult> done = result -> window.release();
        Consumer<Throwable> failed = cause -> {
            failure.set(cause);
            window.release();
        };
        for (int i = 0; i < count; i++) {
            window.acquire();
            client().publish(ApplicationMessage.of(topicName, content, qos)).subscribe(done, failed);
        }
        window.acquire(WINDOW);
        if (failure.get() != null) {
            throw new IllegalStateException("a message failed", failure.get());
        }
    }

    private static void require(@Nullable Boolean allSucceeded) {
        if (!Boolean.TRUE.equals(allSucceeded)) {
            throw new IllegalStateException("a message failed");
        }
    }

    @Override
    public void subscribe(String topicFilter, int qos, Arrivals arrivals) {
        CompletableFuture<Void> granted = new CompletableFuture<>();
        if (style == Style.HANDLER || style == Style.HANDLERS) {
            client().consume(
                            options -> options.filter(topicFilter)
                                    .qos(Qos.of(qos))
                                    .concurrency(style == Style.HANDLER ? 1 : 16)
                                    .onGranted(code -> granted.complete(null)),
                            message -> {
                                arrivals.message(message.payload().size());
                                return Mono.empty();
                            })
                    .subscribe(nothing -> {}, granted::completeExceptionally);
        } else {
            client().subscribe(options ->
                            options.filter(topicFilter).qos(Qos.of(qos)).onGranted(code -> granted.complete(null)))
                    .subscribe(message -> arrivals.message(message.payload().size()), granted::completeExceptionally);
        }
        granted.join();
    }

    @Override
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) {
        ApplicationMessage message = ApplicationMessage.of(TopicName.of(topic), Payload.of(payload), Qos.AT_LEAST_ONCE);
        CompletableFuture<Void> done = new CompletableFuture<>();
        publishNext(message, nanos, 0, done);
        done.join();
    }

    private void publishNext(ApplicationMessage message, long[] nanos, int index, CompletableFuture<Void> done) {
        if (index == nanos.length) {
            done.complete(null);
            return;
        }
        long begin = System.nanoTime();
        client().publish(message)
                .subscribe(
                        result -> {
                            nanos[index] = System.nanoTime() - begin;
                            publishNext(message, nanos, index + 1, done);
                        },
                        done::completeExceptionally);
    }

    @Override
    public void publishAlone(String topic, byte[] payload, Runnable acknowledged, Consumer<Throwable> failed) {
        client().publish(ApplicationMessage.of(TopicName.of(topic), Payload.of(payload), Qos.AT_LEAST_ONCE))
                .subscribe(result -> acknowledged.run(), failed);
    }

    @Override
    public void respond(String topic, String responseTopic, byte[] payload) {
        ApplicationMessage answer = ApplicationMessage.answer()
                .payload(Payload.of(payload))
                .qos(Qos.AT_LEAST_ONCE)
                .build();
        CompletableFuture<Void> granted = new CompletableFuture<>();
        client().respond(
                        options ->
                                options.filter(topic).qos(Qos.AT_LEAST_ONCE).onGranted(code -> granted.complete(null)),
                        request -> Mono.just(answer))
                .subscribe(nothing -> {}, granted::completeExceptionally);
        granted.join();
    }

    @Override
    public void requestOneByOne(String topic, String responseTopic, byte[] payload, long[] nanos) throws Exception {
        ApplicationMessage request = ApplicationMessage.of(TopicName.of(topic), Payload.of(payload), Qos.AT_LEAST_ONCE);
        PingPong times = new PingPong(nanos);
        times.run(() -> client().request(request, PATIENCE).subscribe(response -> times.acknowledge(), times::fail));
    }

    @Override
    public void disconnect() {
        client().disconnect().block();
    }
}
