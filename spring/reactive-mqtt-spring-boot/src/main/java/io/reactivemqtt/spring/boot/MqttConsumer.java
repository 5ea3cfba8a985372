package io.reactivemqtt.spring.boot;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A subscription whose messages a handler processes, from the start of the application to its end. A bean of this type is started after
 * the clients and the web server, and stopped before them: then it takes no new message, and waits for the handlers that are at work.
 *
 * <pre>{@code
 * @Bean
 * MqttConsumer readings(ReadingRepository repository) {
 *     return MqttConsumer.of("sensors/{id}/reading", Reading.class,
 *                     (reading, message) -> repository.save(message.variable("id"), reading))
 *             .concurrency(8);
 * }
 * }</pre>
 *
 * <p>A message is acknowledged when the handler's publisher completes. Handlers are called on the client's event loop, and MUST NOT block.
 * Where nothing else is said, a message whose handler fails is tried again without end, after 100 ms at first and up to 30 s later, while
 * those of other topics go on, as many as the Receive Maximum lets in behind it; {@link #onFailure} has better answers. A consumer that
 * ends, because the Server refuses its subscription or the policy says stop, is started again after 1 s at first and up to 1 min later.
 *
 * <p>Immutable: each method returns a changed copy.
 */
public final class MqttConsumer {

    /** The name of the only client, where {@code reactive-mqtt.clients} has none. */
    public static final String DEFAULT_CLIENT = "default";

    private static final FailurePolicy TRY_ON =
            FailurePolicy.retry(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30)));

    /** What is called in place of a handler. */
    @FunctionalInterface
    public interface Around {
        /** Calls the handler by {@code proceed}, or not; completion acknowledges the message. */
        Publisher<?> handle(Supplier<? extends Publisher<?>> proceed);
    }

    private interface Work {
        Mono<Void> begin(ReactorMqttClient client, ConsumeOptions options, PayloadCodecs codecs, Around around);
    }

    private final String filter;
    private final Work work;
    private final Consumer<ConsumeOptions.Builder> options;
    private final Around around;
    private final String client;
    private final String name;

    private MqttConsumer(
            String filter,
            Work work,
            Consumer<ConsumeOptions.Builder> options,
            Around around,
            String client,
            String name) {
        this.filter = filter;
        this.work = work;
        this.options = options;
        this.around = around;
        this.client = client;
        this.name = name;
    }

    private static MqttConsumer of(String filter, Work work) {
        Objects.requireNonNull(filter, "filter");
        return new MqttConsumer(
                filter, work, builder -> builder.filter(filter).onFailure(TRY_ON), Supplier::get, "", "");
    }

    /**
     * Returns a consumer of messages as they come.
     *
     * @param filter a Topic Filter, or a template such as <code>sensors/{id}/reading</code>
     */
    public static MqttConsumer of(String filter, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        return of(
                filter,
                (client, options, codecs, around) ->
                        client.consume(options, message -> around.handle(() -> handler.apply(message))));
    }

    /**
     * Returns a consumer of values, as {@link PayloadCodecs} decodes them. A message that cannot be decoded is refused ({@code
     * PAYLOAD_FORMAT_INVALID}, which MQTT 3.1.1 cannot tell the Server) and logged, unless {@link #options} say otherwise.
     */
    public static <T> MqttConsumer of(
            String filter,
            Class<T> type,
            BiFunction<? super T, ? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(type, "type");
        return of(filter, codecs -> codecs.of(type), handler);
    }

    /** Returns a consumer of values that {@code codec} decodes; see {@link #of(String, Class, BiFunction)}. */
    public static <T> MqttConsumer of(
            String filter,
            PayloadCodec<T> codec,
            BiFunction<? super T, ? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(codec, "codec");
        return of(filter, codecs -> codec, handler);
    }

    private static <T> MqttConsumer of(
            String filter,
            Function<PayloadCodecs, PayloadCodec<T>> codec,
            BiFunction<? super T, ? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        return of(
                        filter,
                        (client, options, codecs, around) -> client.consume(
                                options,
                                codec.apply(codecs),
                                (value, message) -> around.handle(() -> handler.apply(value, message))))
                .options(builder -> builder.onUndecodable(FailurePolicy.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID)));
    }

    /**
     * Returns a consumer of batches, in the order of arrival: all of a batch are acknowledged when the handler's publisher completes.
     * {@link #options} say how large they are: {@link ConsumeOptions.Builder#upTo}.
     */
    public static MqttConsumer ofBatches(
            String filter, Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        return of(
                filter,
                (client, options, codecs, around) ->
                        client.consumeBatches(options, messages -> around.handle(() -> handler.apply(messages))));
    }

    /** Sets the highest QoS at which the Server sends; default QoS 1. */
    public MqttConsumer qos(Qos level) {
        return options(builder -> builder.qos(level));
    }

    /** Sets how many messages are handled at once, those of one topic one after the other; default 1. */
    public MqttConsumer concurrency(int messages) {
        return options(builder -> builder.concurrency(messages));
    }

    /** Sets what becomes of a message whose handler fails; default: it is tried again without end. */
    public MqttConsumer onFailure(FailurePolicy policy) {
        return options(builder -> builder.onFailure(policy));
    }

    /** Changes any other option. Several calls add to each other. */
    public MqttConsumer options(Consumer<? super ConsumeOptions.Builder> changes) {
        Objects.requireNonNull(changes, "changes");
        Consumer<ConsumeOptions.Builder> both = options.andThen(changes);
        both.accept(ConsumeOptions.builder()); // a mistake shows where it is made
        return new MqttConsumer(filter, work, both, around, client, name);
    }

    /** Calls {@code advice} in place of the handler; the last one that was added is the outermost. */
    public MqttConsumer around(Around advice) {
        Objects.requireNonNull(advice, "advice");
        Around inner = around;
        return new MqttConsumer(
                filter, work, options, proceed -> advice.handle(() -> inner.handle(proceed)), client, name);
    }

    /** Sets which of {@code reactive-mqtt.clients} it is for; default: the first. */
    public MqttConsumer client(String clientName) {
        return new MqttConsumer(filter, work, options, around, Objects.requireNonNull(clientName, "clientName"), name);
    }

    /** Sets what it is called in health, metrics and logs; default: the name of the bean. */
    public MqttConsumer named(String consumerName) {
        return new MqttConsumer(
                filter, work, options, around, client, Objects.requireNonNull(consumerName, "consumerName"));
    }

    /** Returns what it is called, or an empty text. */
    public String name() {
        return name;
    }

    /** Returns the name of its client, or an empty text. */
    public String client() {
        return client;
    }

    /** Returns what it subscribes to. */
    public String filter() {
        return filter;
    }

    /**
     * Processes messages of {@code client}, as the application does, but without starting again: for tests.
     *
     * @return as {@code consume} of {@link ReactorMqttClient}
     */
    public Mono<Void> on(ReactorMqttClient anyClient, PayloadCodecs codecs) {
        return work.begin(anyClient, ConsumeOptions.of(options), codecs, around);
    }

    @Override
    public String toString() {
        return "MqttConsumer[" + (name.isEmpty() ? "" : name + ": ") + filter + "]";
    }
}
