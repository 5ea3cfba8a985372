package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
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
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.reactor.SubscriptionSet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A client for unit tests of what uses one: the real client, with all its rules, before a Server in memory that the test directs.
 *
 * <p>There are no sockets, and the client's thread works only while the test waits for it: what a call of the test causes has
 * happened when it returns, apart from what handlers do on other threads; inside a handler, it happens afterwards. Handlers run on an
 * event loop, where Reactor refuses to block, as on the real one. Time stands still for the client until {@link #advance}, or is that
 * of {@code StepVerifier.withVirtualTime} if the client is made inside of it.
 *
 * <pre>{@code
 * FakeMqttClient mqtt = FakeMqttClient.connected();
 * new Thermostat(mqtt).start();
 *
 * Delivery reading = mqtt.deliver("rooms/1/temperature", "17.5", Qos.AT_LEAST_ONCE);
 *
 * assertThat(reading.isAcknowledged()).isTrue();
 * assertThat(mqtt.published()).containsExactly(ApplicationMessage.of("rooms/1/heating", "on", Qos.AT_LEAST_ONCE));
 * }</pre>
 *
 * <p>Each client has a Server of its own. It keeps the Session as long as CONNECT asks for, sends again what was not acknowledged,
 * and keeps to the Receive Maximum and the Message Expiry Interval. It retains nothing and publishes no Will, a Shared Subscription is
 * one as all others, and what the client publishes goes to {@link #published} alone, not to the client's own subscriptions.
 */
public final class FakeMqttClient implements ReactorMqttClient {

    private final FakeServer server = new FakeServer();
    private final ReactorMqttClient client;

    private FakeMqttClient(ClientOptions options) {
        this.client = ReactorMqttClient.create(
                options, ReactorRuntime.builder().loopResources(server).build());
    }

    /** Returns a client that is not connected yet, with all defaults. */
    public static FakeMqttClient create() {
        return create(options -> {});
    }

    /**
     * Returns a client that is not connected yet. Where the Server is makes no difference.
     *
     * @throws IllegalArgumentException if the options do not go together
     */
    public static FakeMqttClient create(Consumer<? super ClientOptions.Builder> options) {
        return create(ClientOptions.of(options));
    }

    /** Returns a client that is not connected yet. Where the Server is makes no difference. */
    public static FakeMqttClient create(ClientOptions options) {
        return new FakeMqttClient(Objects.requireNonNull(options, "options"));
    }

    /** Returns a client with all defaults that is connected. */
    public static FakeMqttClient connected() {
        FakeMqttClient fake = create();
        fake.connect().block();
        return fake;
    }

    // ---- what the test does

    /**
     * Delivers {@code message} to the client's subscriptions, at the lower of its QoS and theirs. Without a connection it waits if the
     * Session outlives connections; beyond the Receive Maximum it waits for an acknowledgement.
     *
     * @throws IllegalStateException if no subscription matches, or a Server would drop it as the client is not connected
     */
    public Delivery deliver(ApplicationMessage message) {
        return server.deliver(Objects.requireNonNull(message, "message"));
    }

    /** Delivers {@code text}, as {@link #deliver(ApplicationMessage)} does. */
    public Delivery deliver(String topicName, String text, Qos qos) {
        return deliver(ApplicationMessage.of(topicName, text, qos));
    }

    /**
     * Lets time pass for the client: time-outs, keep alive, waits between reconnects. Operators of Reactor that wait, in a handler say, do
     * not know this time; for them there is {@code StepVerifier.withVirtualTime}.
     *
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public void advance(Duration time) {
        server.loop().advance(Objects.requireNonNull(time, "time"));
    }

    /** Loses the connection. The client reconnects by itself when its time has come: see {@link #advance}. */
    public void loseConnection() {
        server.disconnect(null);
    }

    /** Ends the connection by DISCONNECT with {@code reasonCode}; in MQTT 3.1.1, where Servers do not send it, without. */
    public void disconnectByServer(ReasonCode reasonCode) {
        server.disconnect(Objects.requireNonNull(reasonCode, "reasonCode"));
    }

    /** Sets whether the Server can be reached by attempts to connect; at first it can. */
    public void serverReachable(boolean reachable) {
        server.reachable(reachable);
    }

    /**
     * Sets what CONNACK says from now on; Session Present is the Server's. An error refuses. If {@code answer} throws, the connection is
     * lost, and the next call of the test fails.
     */
    public void answerConnect(Consumer<? super ConnAck.Builder> answer) {
        server.connAck(Objects.requireNonNull(answer, "answer"));
    }

    /**
     * Sets how messages at QoS 1 and 2 are answered from now on, in PUBACK and PUBREC; at first by {@link ReasonCode#SUCCESS}. A message
     * for which {@code answer} throws is not answered, and the next call of the test fails; so does one that is refused in MQTT 3.1.1,
     * whose PUBACK and PUBREC have no Reason Code.
     *
     * @param answer called on the event loop; null: no answer
     */
    public void answerPublish(Function<? super ApplicationMessage, @Nullable ReasonCode> answer) {
        server.publishAnswer(Objects.requireNonNull(answer, "answer"));
    }

    /**
     * Refuses subscriptions to {@code topicFilter} from now on.
     *
     * @param reasonCode what SUBACK says; in MQTT 3.1.1 always 0x80
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter, or {@code reasonCode} no error of SUBACK
     */
    public void refuseSubscription(String topicFilter, ReasonCode reasonCode) {
        Objects.requireNonNull(topicFilter, "topicFilter");
        if (!Objects.requireNonNull(reasonCode, "reasonCode").isError() || !SubAck.REASON_CODES.contains(reasonCode)) {
            throw new IllegalArgumentException("a refusal is a Reason Code of SUBACK from 0x80, not " + reasonCode);
        }
        server.refuse(TopicFilter.of(topicFilter), reasonCode);
    }

    // ---- what the test asks

    /** Returns what the Server has received, in order. */
    public List<ApplicationMessage> published() {
        return server.published();
    }

    /** Returns what the client is subscribed to at the Server. */
    public Set<TopicFilter> subscriptions() {
        return server.subscriptions();
    }

    /** Tells whether the client is connected. */
    public boolean isConnected() {
        return server.isConnected();
    }

    // ---- the client

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
    public Mono<PublishResult> publish(ApplicationMessage message) {
        return client.publish(message);
    }

    @Override
    public Mono<PublishResult> publish(ApplicationMessage message, PublishOptions options) {
        return client.publish(message, options);
    }

    @Override
    public Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages) {
        return client.publish(messages);
    }

    @Override
    public Mono<Long> enqueue(ApplicationMessage message) {
        return client.enqueue(message);
    }

    @Override
    public Mono<Long> enqueue(ApplicationMessage message, String reference) {
        return client.enqueue(message, reference);
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
    public Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout) {
        return client.request(message, timeout);
    }

    @Override
    public Flux<ReceivedMessage> requestMany(ApplicationMessage message, Duration within) {
        return client.requestMany(message, within);
    }

    @Override
    public Mono<Void> respond(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
        return client.respond(options, handler);
    }

    @Override
    public Mono<Void> consume(
            String topicFilter, Qos qos, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        return client.consume(topicFilter, qos, handler);
    }

    @Override
    public Mono<Void> consume(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
        return client.consume(options, handler);
    }

    @Override
    public Mono<Void> consumeBatches(
            ConsumeOptions options, Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        return client.consumeBatches(options, handler);
    }

    @Override
    public <C> Mono<Void> consume(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends Publisher<?>> handler) {
        return client.consume(options, handler);
    }

    @Override
    public <C> Mono<Void> consumeBatches(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        return client.consumeBatches(options, handler);
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
