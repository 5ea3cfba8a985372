package io.reactivemqtt.reactor;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.client.ReceivedMessage;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What a {@link ReactorMqttClient} has for messages that a handler processes: they are acknowledged when it has. */
public interface ReactorHandlers {

    /**
     * Subscribes and processes each message by {@code handler}, one after the other; a QoS 1 or 2 message is acknowledged after
     * the handler's publisher completes.
     *
     * <p>The handler runs on the client's event loop, which it must not block: move blocking work to another scheduler, inside
     * the handler. When it has completed, the Server never sends the message again: so let it complete when its effect is durable.
     * {@link ConsumeOptions.Builder#onFailure} says what becomes of a message that it fails with.
     *
     * @param handler its publisher's elements are ignored; null is not allowed
     * @return ends only with an error: one of {@link ReactorMqttClient#subscribe(String, Qos)}, or that of the handler. The message that it failed
     *     with, and those behind it, go to another or the next subscriber of a filter that matches them, so that a {@code retry}
     *     processes them; without one they stay unacknowledged, and an event says so. Completes when the client is told to
     *     disconnect. Cancelling cancels the handlers that are at work, and hands back their messages
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    Mono<Void> consume(String topicFilter, Qos qos, Function<? super ReceivedMessage, ? extends Publisher<?>> handler);

    /**
     * Subscribes and processes messages with options, as {@link #consume(String, Qos, Function)} does: several at once, by
     * {@linkplain ConsumeOptions.Builder#concurrency concurrency}, in the order of each {@linkplain ConsumeOptions.Builder#orderedBy
     * key}.
     *
     * @throws IllegalArgumentException if the version of MQTT does not have the Topic Filter
     */
    Mono<Void> consume(ConsumeOptions options, Function<? super ReceivedMessage, ? extends Publisher<?>> handler);

    /**
     * As {@link #consume(ConsumeOptions, Function)}, with the options that {@code options} makes.
     *
     * <pre>{@code client.consume(options -> options.filter("orders/#").concurrency(16), this::process)}</pre>
     */
    default Mono<Void> consume(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consume(ConsumeOptions.of(options), handler);
    }

    /**
     * As {@link #consume(ConsumeOptions, Function)}; the handler also gets what {@code codec} decodes, on the client's event loop. {@link
     * ConsumeOptions.Builder#onUndecodable} says what becomes of a message that {@code codec} cannot read.
     */
    default <T> Mono<Void> consume(
            ConsumeOptions options,
            PayloadCodec<T> codec,
            BiFunction<? super T, ? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(handler, "handler");
        return consume(options, message -> handler.apply(message.decode(codec), message));
    }

    /** As {@link #consume(ConsumeOptions, PayloadCodec, BiFunction)}, with the options that {@code options} makes. */
    default <T> Mono<Void> consume(
            Consumer<? super ConsumeOptions.Builder> options,
            PayloadCodec<T> codec,
            BiFunction<? super T, ? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(handler, "handler");
        return consume(ConsumeOptions.of(options), codec, handler);
    }

    /**
     * Subscribes and processes messages, each in a transaction of the client's session store: what {@code handler} does with the connection
     * that it gets, and that the message is processed, are committed together or not at all; then the message is acknowledged. A QoS 2
     * message that an earlier transaction has committed is acknowledged without the handler. In all else it is as {@link
     * #consume(ConsumeOptions, Function)}: a transaction that fails is a handler that fails.
     *
     * @param handler called on a thread of the store; the transaction is committed when its publisher completes
     * @throws IllegalArgumentException if the transactions are not those of the client's session store
     */
    <C> Mono<Void> consume(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends Publisher<?>> handler);

    /**
     * As {@link #consume(ConsumeOptions.InTransaction, BiFunction)}, with the options that {@code options} makes.
     *
     * <pre>{@code
     * client.consume(
     *         options -> options.filter("payments/+").qos(Qos.EXACTLY_ONCE).in(store.transaction()),
     *         (message, connection) -> insert(connection, message))
     * }</pre>
     */
    default <C> Mono<Void> consume(
            Function<? super ConsumeOptions.Builder, ConsumeOptions.InTransaction<C>> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consume(options.apply(ConsumeOptions.builder()), handler);
    }

    /**
     * Subscribes and processes messages in batches, one after the other: {@linkplain ConsumeOptions.Builder#upTo so many at most}. All of
     * a batch are acknowledged when the handler's publisher completes; the next one begins when the session store, if there is one, has
     * that and the acknowledgements are sent, so that a crash repeats no more than the last one. If it fails, the policy is for all of
     * them. In all else it is as {@link #consume(ConsumeOptions, Function)}, but concurrency and keys do not count.
     *
     * @param handler gets the messages in the order of their arrival, never none; the list cannot be changed
     */
    Mono<Void> consumeBatches(
            ConsumeOptions options, Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler);

    /** As {@link #consumeBatches(ConsumeOptions, Function)}, with the options that {@code options} makes. */
    default Mono<Void> consumeBatches(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consumeBatches(ConsumeOptions.of(options), handler);
    }

    /**
     * As {@link #consumeBatches(ConsumeOptions, Function)}, each batch in a transaction of the client's session store, as {@link
     * #consume(ConsumeOptions.InTransaction, BiFunction)} does it for one message: the fastest way to store what arrives exactly once.
     */
    <C> Mono<Void> consumeBatches(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends Publisher<?>> handler);

    /** As {@link #consumeBatches(ConsumeOptions.InTransaction, BiFunction)}, with the options that {@code options} makes. */
    default <C> Mono<Void> consumeBatches(
            Function<? super ConsumeOptions.Builder, ConsumeOptions.InTransaction<C>> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consumeBatches(options.apply(ConsumeOptions.builder()), handler);
    }
}
