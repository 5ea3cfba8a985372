package io.reactivemqtt.micrometer;

import io.micrometer.observation.ObservationRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
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
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.SubscriptionSet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A client whose messages are observed, as {@link MqttObservation} says, one observation for each: {@code publish}, also of a stream,
 * {@code enqueue} until the message is durable, {@code request} until the response; each try of a handler of {@code consume} and {@code
 * respond}, and each batch of {@code consumeBatches}. All else, {@code subscribe} too, is passed on as it is.
 *
 * <p><b>Traces.</b> In MQTT 5.0 the trace of a publish leaves in the message's User Properties, by W3C trace context {@code traceparent} and
 * {@code tracestate}, and a handler's observation continues it. Where a client may speak MQTT 3.1.1, by its version or by {@link
 * SessionOptions.Builder#fallBackToMqtt311}, nothing is added, since a message with properties could not be sent. The message that leaves is
 * larger by about 75 bytes, and by {@code tracestate}, which counts against the Server's Maximum Packet Size. The {@linkplain
 * PublishResult#message message of a result} is the one that was given, without them; {@link #receipts} and {@link #inspectSession} show
 * what leaves.
 *
 * <p><b>Context.</b> The parent of a publish is the observation in the subscriber's Reactor context, else the registry's current one of the
 * subscribing thread. A handler is called in the scope of its observation, and its publisher has that in the Reactor context, so that what
 * it publishes is in the same trace; with {@code Hooks.enableAutomaticContextPropagation()}, which {@code
 * spring.reactor.context-propagation=auto} calls, operators have it in their thread too.
 */
public final class ObservedMqttClient implements ReactorMqttClient {

    private final ReactorMqttClient client;
    private final ObservationRegistry registry;
    private final String name;
    private final Publications publications;
    private final @Nullable MqttProcessObservationConvention processing;

    private ObservedMqttClient(
            ReactorMqttClient client,
            ObservationRegistry registry,
            String name,
            @Nullable MqttPublishObservationConvention publishing,
            @Nullable MqttProcessObservationConvention processing) {
        this.client = client;
        this.registry = registry;
        this.name = name;
        this.publications =
                new Publications(registry, name, isAlwaysMqtt5(client.options().session()), publishing);
        this.processing = processing;
    }

    private static boolean isAlwaysMqtt5(SessionOptions session) {
        return session.protocolVersion() == ProtocolVersion.MQTT_5_0 && session.fallback() == null;
    }

    /**
     * Observes {@code client}, with the conventions of the registry, else with the defaults.
     *
     * @param name the key {@code client} of all observations
     * @return {@code client} itself if {@link ObservationRegistry#isNoop}, so that it costs nothing; a registry without handlers is one, so
     *     register them before
     */
    public static ReactorMqttClient observe(ReactorMqttClient client, ObservationRegistry registry, String name) {
        return observe(client, registry, name, null, null);
    }

    /**
     * Observes {@code client}, as {@link #observe(ReactorMqttClient, ObservationRegistry, String)} does.
     *
     * @param publishing names and keys of what is published; null: those of the registry, else the defaults
     * @param processing names and keys of what handlers do; null: those of the registry, else the defaults
     */
    public static ReactorMqttClient observe(
            ReactorMqttClient client,
            ObservationRegistry registry,
            String name,
            @Nullable MqttPublishObservationConvention publishing,
            @Nullable MqttProcessObservationConvention processing) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(name, "name");
        return registry.isNoop() ? client : new ObservedMqttClient(client, registry, name, publishing, processing);
    }

    // ---- observed: what is published

    @Override
    public Mono<PublishResult> publish(ApplicationMessage message) {
        return publish(message, PublishOptions.DEFAULT);
    }

    @Override
    public Mono<PublishResult> publish(ApplicationMessage message, PublishOptions options) {
        return publications.publish(message, sent -> client.publish(sent, options));
    }

    @Override
    public Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages) {
        Objects.requireNonNull(messages, "messages");
        return publications.publish(messages, client::publish);
    }

    @Override
    public Mono<Long> enqueue(ApplicationMessage message) {
        return publications.exchange("enqueue", "enqueued", message, client::enqueue);
    }

    @Override
    public Mono<Long> enqueue(ApplicationMessage message, String reference) {
        return publications.exchange("enqueue", "enqueued", message, sent -> client.enqueue(sent, reference));
    }

    @Override
    public Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout) {
        return publications.exchange("request", "answered", message, sent -> client.request(sent, timeout));
    }

    @Override
    public Flux<ReceivedMessage> requestMany(ApplicationMessage message, Duration within) {
        return publications.exchanges("request", "answered", message, sent -> client.requestMany(sent, within));
    }

    // ---- observed: what handlers do

    @Override
    public Mono<Void> consume(
            String topicFilter, Qos qos, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        return consume(ConsumeOptions.of(topicFilter, qos), handler);
    }

    @Override
    public Mono<Void> consume(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        Processing observed = processing(options);
        return client.consume(
                options,
                message -> observed.message(
                        message, () -> Flux.from(handler.apply(message)).then()));
    }

    @Override
    public <C> Mono<Void> consume(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        Processing observed = processing(options.options());
        return client.consume(
                options,
                (message, connection) -> observed.message(message, () -> Flux.from(handler.apply(message, connection))
                        .then()));
    }

    @Override
    public Mono<Void> consumeBatches(
            ConsumeOptions options, Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        Processing observed = processing(options);
        return client.consumeBatches(
                options,
                messages -> observed.batch(
                        messages, () -> Flux.from(handler.apply(messages)).then()));
    }

    @Override
    public <C> Mono<Void> consumeBatches(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        Objects.requireNonNull(handler, "handler");
        Processing observed = processing(options.options());
        return client.consumeBatches(
                options,
                (messages, connection) -> observed.batch(messages, () -> Flux.from(handler.apply(messages, connection))
                        .then()));
    }

    @Override
    public Mono<Void> respond(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
        Objects.requireNonNull(handler, "handler");
        Processing observed = processing(options);
        return client.respond(options, request -> observed.request(request, () -> handler.apply(request)));
    }

    private Processing processing(ConsumeOptions options) {
        return new Processing(registry, name, processing, options.subscription());
    }

    // ---- passed on

    @Override
    public ClientOptions options() {
        return client.options();
    }

    @Override
    public Mono<ConnectResult> connect() {
        return client.connect();
    }

    @Override
    public Mono<Void> reauthenticate() {
        return client.reauthenticate();
    }

    @Override
    public Flux<PublishReceipt> receipts() {
        return client.receipts();
    }

    @Override
    public Mono<SessionInspection> inspectSession() {
        return client.inspectSession();
    }

    @Override
    public Mono<SessionInspection> inspectSessionWithMessages() {
        return client.inspectSessionWithMessages();
    }

    @Override
    public Mono<Boolean> withdraw(long sequence) {
        return client.withdraw(sequence);
    }

    @Override
    public Mono<String> saveSession() {
        return client.saveSession();
    }

    @Override
    public Mono<Void> restoreSession(String json) {
        return client.restoreSession(json);
    }

    @Override
    public Flux<ReceivedMessage> subscribe(String topicFilter, Qos qos) {
        return client.subscribe(topicFilter, qos);
    }

    @Override
    public Flux<ReceivedMessage> subscribe(SubscribeOptions options) {
        return client.subscribe(options);
    }

    @Override
    public SubscriptionSet subscriptions(SubscribeOptions options) {
        return client.subscriptions(options);
    }

    @Override
    public Flux<ReceivedMessage> messages() {
        return client.messages();
    }

    @Override
    public Mono<ReasonCode> unsubscribe(String topicFilter) {
        return client.unsubscribe(topicFilter);
    }

    @Override
    public Flux<ClientEvent> events() {
        return client.events();
    }

    @Override
    public ClientState state() {
        return client.state();
    }

    @Override
    public ClientStatistics statistics() {
        return client.statistics();
    }

    @Override
    public Flux<ClientState> states() {
        return client.states();
    }

    @Override
    public Mono<Void> disconnect() {
        return client.disconnect();
    }

    @Override
    public Mono<DrainReport> disconnect(DisconnectOptions options) {
        return client.disconnect(options);
    }
}
