package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.DisconnectOptions;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.Engine;
import io.reactivemqtt.engine.connection.Reconnector;
import io.reactivemqtt.engine.loop.LinkedSafely;
import io.reactivemqtt.engine.observation.Observation;
import io.reactivemqtt.engine.publish.EnqueuedFlow;
import io.reactivemqtt.engine.publish.Publishing;
import io.reactivemqtt.engine.subscribe.SubscriberStream;
import io.reactivemqtt.engine.subscribe.Subscribing;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The client: shows the engine as Flux and Mono. */
final class EngineClient implements ReactorMqttClient {

    private static final int BUFFERED_EVENTS = 1024;
    private static final SubscribeOptions WHATEVER = SubscribeOptions.builder().build();

    private final Engine engine;
    private final ClientOptions options;

    // ---- null until they are asked for: idle clients come in thousands, and a first message should not wait for what
    // it does not need

    private volatile Sinks.@Nullable Many<ClientEvent> events;
    private @Nullable Requests requests;

    EngineClient(ClientOptions options, Connector connector, DoubleSupplier random) {
        this.options = options;
        ClientObserver observer = Observation.of(options.observer());
        this.engine = new Engine(options, connector, new Reconnector(options, connector.loop(), random), event -> {
            observer.event(event);
            Sinks.Many<ClientEvent> listeners = events;
            if (listeners != null) {
                listeners.tryEmitNext(event);
            }
        });
    }

    @Override
    public ClientOptions options() {
        return options;
    }

    @Override
    public Mono<ConnectResult> connect() {
        return Mono.create(engine.requests()::connect);
    }

    @Override
    public Mono<Void> reauthenticate() {
        if (options.authenticator() == null) {
            throw new IllegalStateException("there is no authenticator(...) by which to authenticate anew");
        }
        return Mono.create(engine.requests()::reauthenticate);
    }

    @Override
    public Mono<PublishResult> publish(ApplicationMessage message) {
        return publish(message, PublishOptions.DEFAULT);
    }

    @Override
    public Mono<PublishResult> publish(ApplicationMessage message, PublishOptions options) {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(options, "options");
        return new PublishMono(engine.publishing(), message, options);
    }

    @Override
    public Mono<Long> enqueue(ApplicationMessage message) {
        return enqueueWith(message, null);
    }

    @Override
    public Mono<Long> enqueue(ApplicationMessage message, String reference) {
        return enqueueWith(message, ReceiptWanted.requireReference(Objects.requireNonNull(reference, "reference")));
    }

    private Mono<Long> enqueueWith(ApplicationMessage message, @Nullable String reference) {
        Objects.requireNonNull(message, "message");
        if (message.qos() == Qos.AT_MOST_ONCE) {
            throw new IllegalArgumentException("a QoS 0 message is not kept in the Session: publish it");
        }
        Publishing publishing = engine.publishing();
        return Mono.create(sink -> publishing.publish(EnqueuedFlow.withReceipt(publishing, message, reference, sink)));
    }

    @Override
    public Flux<PublishReceipt> receipts() {
        return Flux.create(engine.publishing().receipts()::listen);
    }

    @Override
    public Mono<SessionInspection> inspectSession() {
        return Mono.create(sink -> engine.savedSession().inspect(false, sink));
    }

    @Override
    public Mono<SessionInspection> inspectSessionWithMessages() {
        return Mono.create(sink -> engine.savedSession().inspect(true, sink));
    }

    @Override
    public Mono<Boolean> withdraw(long sequence) {
        return Mono.create(sink -> engine.savedSession().withdraw(sequence, sink));
    }

    @Override
    public Mono<String> saveSession() {
        return Mono.<SessionSnapshot>create(sink -> engine.savedSession().describe(sink))
                .publishOn(Schedulers.boundedElastic())
                .map(snapshot -> LinkedSafely.call(snapshot::toJson));
    }

    @Override
    public Mono<Void> restoreSession(String json) {
        Objects.requireNonNull(json, "json");
        return Mono.fromCallable(() -> LinkedSafely.call(() -> SessionSnapshot.fromJson(json)))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(snapshot -> Mono.create(sink -> engine.savedSession().restore(snapshot, sink)));
    }

    @Override
    public Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages) {
        Objects.requireNonNull(messages, "messages");
        return new PublishFlux(engine.publishing(), messages);
    }

    @Override
    public Flux<ReceivedMessage> subscribe(String topicFilter, Qos qos) {
        return subscribe(SubscribeOptions.of(topicFilter, qos));
    }

    @Override
    public Flux<ReceivedMessage> subscribe(SubscribeOptions options) {
        Objects.requireNonNull(options, "options");
        requireFilters(options.requireFilter());
        Subscribing subscribing = engine.subscribing();
        return new SubscribeFlux<>(actual -> new SubscriberStream(subscribing, options, actual), subscribing::join);
    }

    @Override
    public SubscriptionSet subscriptions(SubscribeOptions options) {
        Objects.requireNonNull(options, "options");
        requireFilters(options);
        return new EngineSubscriptionSet(
                engine.subscribing(), this.options.session().protocolVersion(), options);
    }

    @Override
    public Flux<ReceivedMessage> messages() {
        Subscribing subscribing = engine.subscribing();
        return new SubscribeFlux<>(actual -> new SubscriberStream(subscribing, WHATEVER, actual), subscribing::watch);
    }

    @Override
    public Mono<Void> consume(
            String topicFilter, Qos qos, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        return consume(ConsumeOptions.of(topicFilter, qos), handler);
    }

    @Override
    public Mono<Void> consume(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        return consuming().oneByOne(options, handler);
    }

    @Override
    public <C> Mono<Void> consume(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends Publisher<?>> handler) {
        return consuming().oneByOne(options, handler);
    }

    @Override
    public Mono<Void> consumeBatches(
            ConsumeOptions options, Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        return consuming().inBatches(options, handler);
    }

    @Override
    public <C> Mono<Void> consumeBatches(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        return consuming().inBatches(options, handler);
    }

    private Consuming consuming() {
        return new Consuming(this, engine);
    }

    private void requireFilters(SubscribeOptions subscribe) {
        Consuming.requireFilters(subscribe, options);
    }

    @Override
    public Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout) {
        Objects.requireNonNull(message, "message");
        Requests.requirePositive(Objects.requireNonNull(timeout, "timeout"));
        return Mono.defer(() -> requests().one(message, timeout));
    }

    @Override
    public Flux<ReceivedMessage> requestMany(ApplicationMessage message, Duration within) {
        Objects.requireNonNull(message, "message");
        Requests.requirePositive(Objects.requireNonNull(within, "within"));
        return Flux.defer(() -> requests().many(message, within));
    }

    private synchronized Requests requests() {
        Requests known = requests;
        if (known == null) {
            known = new Requests(this, engine.requests());
            requests = known;
        }
        return known;
    }

    @Override
    public Mono<Void> respond(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        Responder responder = new Responder(this, options, handler);
        return consume(Responder.filters(options, this.options.session()), responder::process);
    }

    @Override
    public Mono<ReasonCode> unsubscribe(String topicFilter) {
        Objects.requireNonNull(topicFilter, "topicFilter");
        TopicFilter filter = TopicTemplate.of(topicFilter)
                .filter()
                .requireIn(options.session().protocolVersion());
        return Mono.create(sink -> engine.requests().unsubscribe(filter, sink));
    }

    @Override
    public Flux<ClientEvent> events() {
        return Flux.defer(() -> {
            AtomicLong missed = new AtomicLong();
            return listeners()
                    .asFlux()
                    .onBackpressureBuffer(
                            BUFFERED_EVENTS, oldest -> missed.incrementAndGet(), BufferOverflowStrategy.DROP_OLDEST)
                    .concatMapIterable(event -> behind(missed.getAndSet(0), event), 1);
        });
    }

    private synchronized Sinks.Many<ClientEvent> listeners() {
        Sinks.Many<ClientEvent> known = events;
        if (known == null) {
            known = Sinks.many().multicast().directBestEffort();
            events = known;
        }
        return known;
    }

    private static List<ClientEvent> behind(long missed, ClientEvent event) {
        return missed == 0 ? List.of(event) : List.of(new ClientEvent.EventsMissed(missed), event);
    }

    @Override
    public ClientState state() {
        return engine.requests().state();
    }

    @Override
    public ClientStatistics statistics() {
        return engine.requests().statistics();
    }

    @Override
    public Flux<ClientState> states() {
        return Flux.create(
                sink -> {
                    Consumer<ClientState> listener = sink::next;
                    engine.requests().listen(listener);
                    sink.onDispose(() -> engine.requests().forget(listener));
                },
                FluxSink.OverflowStrategy.LATEST);
    }

    @Override
    public Mono<Void> disconnect() {
        return disconnect(options.disconnectTimeout()).then();
    }

    @Override
    public Mono<DrainReport> disconnect(DisconnectOptions options) {
        Objects.requireNonNull(options, "options");
        Duration drainFor = Objects.requireNonNullElse(options.drainFor(), this.options.disconnectTimeout());
        Duration expiry = options.sessionExpiryInterval();
        Disconnect said = new Disconnect(
                options.withWill() ? ReasonCode.DISCONNECT_WITH_WILL_MESSAGE : ReasonCode.SUCCESS,
                expiry == null ? null : (Long) expiry.toSeconds(),
                options.reasonString(),
                UserProperties.EMPTY,
                null);
        return Mono.create(sink -> engine.requests().disconnect(said, drainFor, sink));
    }
}
