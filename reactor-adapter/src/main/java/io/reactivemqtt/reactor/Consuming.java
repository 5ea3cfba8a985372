package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.Engine;
import io.reactivemqtt.engine.publish.EnqueuedFlow;
import io.reactivemqtt.engine.publish.Publishing;
import io.reactivemqtt.engine.subscribe.Arrival;
import io.reactivemqtt.engine.subscribe.Consumption;
import io.reactivemqtt.engine.subscribe.Subscribing;
import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.SessionStore;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Makes of a handler what has it process messages, one by one or in batches, alone or in transactions of the client's store. */
final class Consuming {

    private final ReactorMqttClient client;
    private final Subscribing subscribing;
    private final Publishing publishing;

    Consuming(ReactorMqttClient client, Engine engine) {
        this.client = client;
        this.subscribing = engine.subscribing();
        this.publishing = engine.publishing();
    }

    Mono<Void> oneByOne(ConsumeOptions options, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        return byKey(options, messages -> handler.apply(messages.get(0)));
    }

    <C> Mono<Void> oneByOne(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return byKey(
                options.options(),
                subscribing.inTransaction(
                        requireOwn(options.transaction()),
                        (messages, connection) -> handler.apply(messages.get(0), connection)));
    }

    Mono<Void> inBatches(
            ConsumeOptions options, Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        return batches(options, messages -> handler.apply(List.copyOf(messages)));
    }

    <C> Mono<Void> inBatches(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return batches(
                options.options(),
                subscribing.inTransaction(
                        requireOwn(options.transaction()),
                        (messages, connection) -> handler.apply(List.copyOf(messages), connection)));
    }

    private <C> HandlerTransaction<C> requireOwn(HandlerTransaction<C> transaction) {
        SessionStore own = client.options().sessionStore();
        if (own == null || own.undecoratedStore() != transaction.store()) {
            throw new IllegalArgumentException(
                    "a handler works in transactions of the client's own session store alone, which is "
                            + (own == null ? "none" : "another one"));
        }
        return transaction;
    }

    private Mono<Void> byKey(ConsumeOptions options, Function<? super List<Arrival>, ? extends Publisher<?>> work) {
        Consumption.Handler handler = handler(options, work);
        return new ConsumeMono(subscribing, actual -> Consumption.byKey(subscribing, options, handler, actual));
    }

    private Mono<Void> batches(ConsumeOptions options, Function<? super List<Arrival>, ? extends Publisher<?>> work) {
        Consumption.Handler handler = handler(options, work);
        return new ConsumeMono(subscribing, actual -> Consumption.inBatches(subscribing, options, handler, actual));
    }

    private Consumption.Handler handler(
            ConsumeOptions options, Function<? super List<Arrival>, ? extends Publisher<?>> work) {
        Objects.requireNonNull(options, "options");
        requireFilters(options.subscription(), client.options());
        return new MessageHandler(client, this::keep, work);
    }

    /** Checks that the client's version of MQTT has the filters. */
    static void requireFilters(SubscribeOptions subscribe, ClientOptions options) {
        subscribe
                .topicFilters()
                .forEach(filter -> filter.requireIn(options.session().protocolVersion()));
    }

    private Mono<Long> keep(ApplicationMessage letter) {
        return Mono.create(sink -> publishing.publish(EnqueuedFlow.ofClient(publishing, letter, sink)));
    }
}
