package io.reactivemqtt.rxjava;

import io.reactivemqtt.ApplicationMessage;
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
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableSource;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.functions.BiFunction;
import io.reactivex.rxjava3.functions.Function;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * An MQTT client, 5.0 and 3.1.1, as {@link Flowable}, {@link Single} and {@link Completable}.
 *
 * <p>It does what {@link ReactorMqttClient} does, method for method, and decides nothing itself. All sources are cold unless they
 * say otherwise: nothing happens before they are subscribed, and each subscriber starts the work anew. No method ever blocks;
 * what cannot be done yet waits. Signals come on the client's event loop: an application that does more than a little with them
 * moves on by {@code observeOn}. Demand and disposal reach the client as they are. Methods may be called from any thread, from
 * inside a signal too.
 *
 * <p>A client has one Session. A lost connection is re-established automatically, and the Session is resumed if the Server still
 * has it.
 */
public final class RxMqttClient {

    private final ReactorMqttClient client;

    RxMqttClient(ReactorMqttClient client) {
        this.client = client;
    }

    /**
     * Returns a client that is not connected yet.
     *
     * @throws IllegalArgumentException if the options contradict each other, or the version of MQTT cannot express them
     */
    public static RxMqttClient create(Consumer<? super ClientOptions.Builder> options) {
        return new RxMqttClient(ReactorMqttClient.create(options));
    }

    /** Returns a client that is not connected yet. */
    public static RxMqttClient create(ClientOptions options) {
        return new RxMqttClient(ReactorMqttClient.create(options));
    }

    /** Returns what this client was made from; any thread. {@link ClientOptions#mutate} begins another one's. */
    public ClientOptions options() {
        return client.options();
    }

    /**
     * Connects, unless the client is connected: then the answer comes at once. A subscriber that comes while an attempt is under
     * way waits for that one; while a reconnect waits for its time, the attempt begins at once. After that the client stays
     * connected: a connection that is lost is re-established as the {@link io.reactivemqtt.client.ReconnectPolicy} says. The
     * policy also says whether a first attempt that fails is repeated.
     *
     * @return what was connected, once for each subscriber; an error of the attempt, after which the client is as before: {@link
     *     io.reactivemqtt.exception.ConnectionRefusedException} if the Server refuses, {@link
     *     io.reactivemqtt.exception.ConnectFailedException} if it cannot be reached or is no MQTT Server, {@link
     *     io.reactivemqtt.exception.SessionUnknownException} if the Server resumes a Session of which this client has no state,
     *     {@link io.reactivemqtt.exception.StoreException} if the session store cannot be opened or fails, {@link
     *     io.reactivemqtt.exception.ClientClosedException} if the client is disconnected meanwhile. Disposing ends an attempt
     *     that nobody else waits for
     */
    public Single<ConnectResult> connect() {
        return Single.fromPublisher(client.connect());
    }

    /**
     * Authenticates the present connection anew by the {@linkplain ClientOptions#authenticator authenticator}, once for each subscriber,
     * so that a token that expires ends no connection (MQTT 5.0 §4.12.1). Messages go on meanwhile. It begins when others have
     * ended that were asked for before, or that the client makes itself before something expires.
     *
     * @return completes when both sides are content, on the client's event loop; an error if there is no connection
     *     ({@link io.reactivemqtt.exception.ConnectionLostException}). If one side is not content, the
     *     connection ends with that error, and is re-established as the {@link io.reactivemqtt.client.ReconnectPolicy} says. Disposing
     *     changes nothing
     * @throws IllegalStateException if there is no authenticator
     */
    public Completable reauthenticate() {
        return Completable.fromPublisher(client.reauthenticate());
    }

    /**
     * Publishes one message, once for each subscriber. Without a connection it waits in the queue. Disposing withdraws the
     * message if it was not sent yet.
     *
     * @return its outcome: at QoS 0 when it is sent, at QoS 1 and 2 when the Server has acknowledged it; an error, {@link
     *     io.reactivemqtt.exception.RequestRefusedException} if the Server refuses it, {@link
     *     io.reactivemqtt.exception.LimitExceededException} if it exceeds a limit of the Server, {@link
     *     io.reactivemqtt.exception.QueueFullException} if the queue is full, {@link
     *     io.reactivemqtt.exception.OutcomeUnknownException} if the Server lost the Session and the policy is to fail, {@link
     *     io.reactivemqtt.exception.MessageExpiredException} if its Message Expiry Interval passed before it could be sent,
     *     {@link io.reactivemqtt.exception.StoreException} if the session store failed, {@link
     *     io.reactivemqtt.exception.SessionTakenOverException} if another client has taken the stored Session over, {@link
     *     io.reactivemqtt.exception.ClientClosedException} if the client was disconnected
     */
    public Single<PublishResult> publish(ApplicationMessage message) {
        return Single.fromPublisher(client.publish(message));
    }

    /**
     * Publishes one message with options, as {@link #publish(ApplicationMessage)} does: how long it may wait, whether it waits without a
     * connection, what becomes of it if the Session is lost, and whether a newer one replaces it while it waits.
     *
     * @return as there; and {@link io.reactivemqtt.exception.NotSentException} if the options let it not wait any longer. If it was
     *     dropped as they say, that is no error but the {@linkplain PublishResult#outcome outcome}
     */
    public Single<PublishResult> publish(ApplicationMessage message, PublishOptions options) {
        return Single.fromPublisher(client.publish(message, options));
    }

    /** As {@link #publish(ApplicationMessage, PublishOptions)}, with the options that {@code options} makes. */
    public Single<PublishResult> publish(ApplicationMessage message, Consumer<? super PublishOptions.Builder> options) {
        return Single.fromPublisher(client.publish(message, options));
    }

    /**
     * Publishes all messages of a source, in order, once for each subscriber.
     *
     * <p>The source is asked for no more than what the Server's Receive Maximum and the queue take, at most 1,024 at once. It is
     * subscribed on the client's event loop: one that blocks needs a {@code subscribeOn} of its own. Disposing cancels it and
     * withdraws what was not sent yet.
     *
     * @return the outcome of each message, in the order in which outcomes are known; a message that failed is a result too and
     *     does not end the stream. An error of the source follows the results of the messages before it, and so does {@link
     *     io.reactivemqtt.exception.ClientClosedException} if the client is disconnected, and {@link
     *     io.reactivemqtt.exception.StoreException} or {@link io.reactivemqtt.exception.SessionTakenOverException} if the session
     *     store fails and no reconnect is scheduled that would open it again
     */
    public Flowable<PublishResult> publish(Publisher<? extends ApplicationMessage> messages) {
        return Flowable.fromPublisher(client.publish(messages));
    }

    /**
     * Hands a QoS 1 or 2 message over, once for each subscriber: it is sent as soon as possible, if need be by a later process,
     * and {@link #receipts} reports its outcome until that is acknowledged.
     *
     * @return the key of its receipt once the message is durable in the {@linkplain ClientOptions.Builder#sessionStore session
     *     store}, at once if there is none; an error, {@link io.reactivemqtt.exception.StoreException} if the store fails, {@link
     *     io.reactivemqtt.exception.QueueFullException} if there is no room to wait, {@link
     *     io.reactivemqtt.exception.LimitExceededException} if it is beyond what the Server takes. Disposing does not withdraw
     *     the message
     * @throws IllegalArgumentException if the message is QoS 0, which no Session keeps
     */
    public Single<Long> enqueue(ApplicationMessage message) {
        return Single.fromPublisher(client.enqueue(message));
    }

    /**
     * As {@link #enqueue(ApplicationMessage)}, with the application's own word for the message, which stands in its {@linkplain
     * PublishReceipt#reference receipt}, in a later process too.
     *
     * @param reference 1 to {@value PublishReceipt#LONGEST_REFERENCE} bytes in UTF-8; need not be unique
     * @throws IllegalArgumentException if the message is QoS 0, or {@code reference} is too long, empty, or no text of MQTT
     */
    public Single<Long> enqueue(ApplicationMessage message, String reference) {
        return Single.fromPublisher(client.enqueue(message, reference));
    }

    /**
     * Reports the outcome of messages that were {@linkplain #enqueue enqueued}, in this process or an earlier one: to each subscriber
     * first all that are not {@linkplain PublishReceipt#acknowledge acknowledged}, once the session store is open, and then each once it
     * is durable. Of what becomes of an enqueued message, a crash loses nothing: until it is acknowledged, the next process reports it
     * again. Without a session store receipts are kept as long as the client.
     *
     * <p>At most 10,000 are kept; then the oldest are dropped, which {@link ClientEvent.ReceiptsDropped} reports.
     *
     * <p>The outcome of messages that an earlier process published, and of those that were enqueued by a release without kept receipts, is
     * reported once, to whoever has subscribed by then; a crash at that moment may lose or repeat it. So subscribe before {@link #connect}.
     *
     * @return never ends; receipts without demand are kept, without a bound
     */
    public Flowable<PublishReceipt> receipts() {
        return Flowable.fromPublisher(client.receipts());
    }

    /**
     * Returns what the Session contains now, without payloads.
     *
     * @return once for each subscriber; an error, {@link io.reactivemqtt.exception.StoreException}, if the store cannot be read
     */
    public Single<SessionInspection> inspectSession() {
        return Single.fromPublisher(client.inspectSession());
    }

    /** Returns what the Session contains now, as {@link #inspectSession()} does, with the messages themselves. */
    public Single<SessionInspection> inspectSessionWithMessages() {
        return Single.fromPublisher(client.inspectSessionWithMessages());
    }

    /**
     * Gives up an outgoing QoS 1 or 2 message that waits or was sent, for example one that the Server does not accept. Its caller
     * fails with {@link io.reactivemqtt.exception.OutcomeUnknownException} if it was sent, because it may have been delivered, and with
     * {@link io.reactivemqtt.exception.NotSentException} if not.
     *
     * @param sequence its number: of {@link #inspectSession}, of {@link #enqueue}, or of an event
     * @return once for each subscriber: whether there was such a message; not one that the Server has confirmed by PUBREC
     */
    public Single<Boolean> withdraw(long sequence) {
        return Single.fromPublisher(client.withdraw(sequence));
    }

    /**
     * Saves the Session State as a text that {@link #restoreSession} understands, in any client with the same Client Identifier,
     * of this face or the other. What is in it tells {@link ReactorMqttClient#saveSession}; payloads are, so keep it as you would
     * keep them.
     *
     * @return the text, on a thread that may be another than the event loop; an error, {@link
     *     io.reactivemqtt.exception.StoreException}, if the store cannot be read
     */
    public Single<String> saveSession() {
        return Single.fromPublisher(client.saveSession());
    }

    /**
     * Restores what {@link #saveSession} returned; it replaces all Session State of this client. From then on Clean Start is 0,
     * whatever the options say: the Server's Session Present decides whether the Session is resumed.
     *
     * @return completes when the state is restored, and durable if there is a store; an error after which the client is
     *     unchanged: {@link io.reactivemqtt.exception.SnapshotRefusedException} if {@code json} is damaged, of another version or
     *     of another client, {@link IllegalStateException} if the client has connected, published or subscribed already, {@link
     *     io.reactivemqtt.exception.StoreException} if the store fails
     */
    public Completable restoreSession(String json) {
        return Completable.fromPublisher(client.restoreSession(json));
    }

    /**
     * Subscribes at the Server, once for each subscriber, and tells what arrives. Disposing unsubscribes.
     *
     * <p>A QoS 1 or 2 message is acknowledged when the subscriber has taken it, which is when its {@code onNext} returns. With an
     * operator in between that works on another thread, "taken" is not "processed": for that there is {@link #consume}.
     *
     * <p>Cancelling acknowledges nothing: messages that were not taken are handed back to another or the next subscriber of a
     * matching filter, and without one the Server sends them again on the next connection. The subscription at the Server stays
     * if the Session outlives the connection, and ends otherwise; {@link SubscribeOptions.Builder#onCancel} chooses. A second
     * subscriber of a filter shares the subscription of the first.
     *
     * @param topicFilter what to subscribe to
     * @param qos the highest QoS at which messages come; subscribers of the same filter share the highest that one asks for
     * @return what arrives; an error, {@link io.reactivemqtt.exception.RequestRefusedException} if the Server refuses, {@link
     *     io.reactivemqtt.exception.LimitExceededException} if the filter exceeds what the Server supports, {@link
     *     io.reactivemqtt.exception.SubscriptionConflictException} if another subscriber of the filter has other options, {@link
     *     io.reactivemqtt.exception.ClientClosedException} if the client was disconnected before, {@link
     *     io.reactivemqtt.exception.ConnectionLostException} if the connection is lost and not re-established; completes when the
     *     client is disconnected
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public Flowable<ReceivedMessage> subscribe(String topicFilter, Qos qos) {
        return Flowable.fromPublisher(client.subscribe(topicFilter, qos));
    }

    /**
     * Subscribes with options, as {@link #subscribe(String, Qos)} does; among them {@linkplain
     * SubscribeOptions.Builder#acknowledgement when a message is acknowledged}.
     *
     * @throws IllegalArgumentException if the version of MQTT does not have the Topic Filter
     */
    public Flowable<ReceivedMessage> subscribe(SubscribeOptions options) {
        return Flowable.fromPublisher(client.subscribe(options));
    }

    /**
     * Subscribes with the options that {@code options} makes, as {@link #subscribe(SubscribeOptions)} does.
     *
     * @throws IllegalArgumentException if the options do not go together, or the version of MQTT does not have the Topic Filter
     */
    public Flowable<ReceivedMessage> subscribe(Consumer<? super SubscribeOptions.Builder> options) {
        return subscribe(SubscribeOptions.of(options));
    }

    /**
     * Returns a set of subscriptions that come and go while their subscriber stays; nothing happens before {@link
     * RxSubscriptionSet#messages} is subscribed.
     *
     * @param options what the set begins with, perhaps no filter at all, and what holds for all that are added
     */
    public RxSubscriptionSet subscriptions(SubscribeOptions options) {
        return new RxSubscriptionSet(client.subscriptions(options));
    }

    /** Returns a set with the options that {@code options} makes, as {@link #subscriptions(SubscribeOptions)} does. */
    public RxSubscriptionSet subscriptions(Consumer<? super SubscribeOptions.Builder> options) {
        return subscriptions(SubscribeOptions.of(options));
    }

    /**
     * Tells whatever arrives from then on, once for each subscriber, and asks the Server for nothing. What a subscription of this client
     * or of its Session claims is acknowledged without regard to this stream; what none claims is acknowledged once this has taken it.
     *
     * @return as {@link #subscribe(SubscribeOptions)} with all defaults; completes when the client is disconnected
     */
    public Flowable<ReceivedMessage> messages() {
        return Flowable.fromPublisher(client.messages());
    }

    /**
     * Subscribes and processes each message by {@code handler}, one after the other; a QoS 1 or 2 message is acknowledged after
     * the handler's source completes.
     *
     * <p>The handler runs on the client's event loop, which it must not block: what blocks goes onto another scheduler, inside
     * the handler. Completing means that the message may be forgotten: the Server never sends it again, so let the handler complete
     * when its effect is durable. {@link ConsumeOptions.Builder#onFailure} says what becomes of a message that it fails with.
     *
     * @param handler what it throws is its error
     * @return ends only with an error: one of {@link #subscribe(String, Qos)}, or that of the handler, whose message then goes to
     *     the next subscriber as {@link ReactorMqttClient#consume(String, Qos, java.util.function.Function)} tells; completes
     *     when the client is told to disconnect
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public Completable consume(
            String topicFilter, Qos qos, Function<? super ReceivedMessage, ? extends CompletableSource> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.consume(topicFilter, qos, message -> publisher(handler, message)));
    }

    /**
     * Subscribes and processes messages with options, as {@link #consume(String, Qos, Function)} does: several at once, by
     * {@linkplain ConsumeOptions.Builder#concurrency concurrency}, in the order of each {@linkplain ConsumeOptions.Builder#orderedBy
     * key}.
     *
     * @throws IllegalArgumentException if the version of MQTT does not have the Topic Filter
     */
    public Completable consume(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends CompletableSource> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.consume(options, message -> publisher(handler, message)));
    }

    /**
     * Subscribes and processes messages with the options that {@code options} makes, as {@link #consume(ConsumeOptions,
     * Function)} does.
     *
     * @throws IllegalArgumentException if the options do not go together, or the version of MQTT does not have the Topic Filter
     */
    public Completable consume(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super ReceivedMessage, ? extends CompletableSource> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consume(ConsumeOptions.of(options), handler);
    }

    /**
     * Subscribes and processes messages as {@link #consume(ConsumeOptions, Function)} does; the handler also gets what {@code codec}
     * decodes, on the client's event loop. {@link ConsumeOptions.Builder#onUndecodable} says what becomes of a message that {@code codec}
     * cannot read.
     */
    public <T> Completable consume(
            ConsumeOptions options,
            PayloadCodec<T> codec,
            BiFunction<? super T, ? super ReceivedMessage, ? extends CompletableSource> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.consume(
                options, codec, (value, message) -> publisher(received -> handler.apply(value, received), message)));
    }

    /**
     * Subscribes and processes messages with the options that {@code options} makes, as {@link #consume(ConsumeOptions, PayloadCodec,
     * BiFunction)} does.
     *
     * @throws IllegalArgumentException if the options do not go together, or the version of MQTT does not have the Topic Filter
     */
    public <T> Completable consume(
            Consumer<? super ConsumeOptions.Builder> options,
            PayloadCodec<T> codec,
            BiFunction<? super T, ? super ReceivedMessage, ? extends CompletableSource> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(handler, "handler");
        return consume(ConsumeOptions.of(options), codec, handler);
    }

    /**
     * Subscribes and processes messages in batches, one after the other: {@linkplain ConsumeOptions.Builder#upTo so many at most}, as one
     * transaction may have them. All of a batch are acknowledged when the handler's source completes; if it fails, {@link
     * ConsumeOptions.Builder#onFailure} says what becomes of all of them. In all else it is as {@link #consume(ConsumeOptions,
     * Function)}, but concurrency and keys do not count.
     *
     * @param handler gets the messages in the order of their arrival, never none; the list cannot be changed
     */
    public Completable consumeBatches(
            ConsumeOptions options, Function<? super List<ReceivedMessage>, ? extends CompletableSource> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.consumeBatches(options, batch -> publisher(handler, batch)));
    }

    /**
     * Subscribes and processes messages in batches with the options that {@code options} makes, as {@link
     * #consumeBatches(ConsumeOptions, Function)} does.
     *
     * @throws IllegalArgumentException if the options do not go together, or the version of MQTT does not have the Topic Filter
     */
    public Completable consumeBatches(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super List<ReceivedMessage>, ? extends CompletableSource> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consumeBatches(ConsumeOptions.of(options), handler);
    }

    /**
     * Subscribes and processes messages, each in a transaction of the client's session store: what {@code handler} does with the connection
     * that it gets, and that the message is processed, are committed together or not at all; then the message is acknowledged. A QoS 2
     * message that an earlier transaction has committed is acknowledged without the handler. In all else it is as {@link
     * #consume(ConsumeOptions, Function)}.
     *
     * @param handler called on a thread of the store; the transaction is committed when its source completes
     * @throws IllegalArgumentException if the transactions are not those of the client's session store
     */
    public <C> Completable consume(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends CompletableSource> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.consume(
                options, (message, connection) -> publisher(one -> handler.apply(one, connection), message)));
    }

    /** As {@link #consume(ConsumeOptions.InTransaction, BiFunction)}, with the options that {@code options} makes. */
    public <C> Completable consume(
            java.util.function.Function<? super ConsumeOptions.Builder, ConsumeOptions.InTransaction<C>> options,
            BiFunction<? super ReceivedMessage, ? super C, ? extends CompletableSource> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consume(options.apply(ConsumeOptions.builder()), handler);
    }

    /**
     * As {@link #consumeBatches(ConsumeOptions, Function)}, each batch in a transaction of the client's session store, as {@link
     * #consume(ConsumeOptions.InTransaction, BiFunction)} does it for one message: the fastest way to store what arrives exactly once.
     */
    public <C> Completable consumeBatches(
            ConsumeOptions.InTransaction<C> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends CompletableSource> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.consumeBatches(
                options, (batch, connection) -> publisher(all -> handler.apply(all, connection), batch)));
    }

    /** As {@link #consumeBatches(ConsumeOptions.InTransaction, BiFunction)}, with the options that {@code options} makes. */
    public <C> Completable consumeBatches(
            java.util.function.Function<? super ConsumeOptions.Builder, ConsumeOptions.InTransaction<C>> options,
            BiFunction<? super List<ReceivedMessage>, ? super C, ? extends CompletableSource> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return consumeBatches(options.apply(ConsumeOptions.builder()), handler);
    }

    private static <T> Publisher<?> publisher(Function<? super T, ? extends CompletableSource> handler, T input) {
        return Completable.defer(() -> handler.apply(input)).toFlowable();
    }

    /**
     * Sends a request, once for each subscriber, and waits for the first response: see {@link ReactorMqttClient#request}.
     *
     * @param timeout how long it may take, with the wait for a connection
     */
    public Single<ReceivedMessage> request(ApplicationMessage message, Duration timeout) {
        return Single.fromPublisher(client.request(message, timeout));
    }

    /** Sends a request, once for each subscriber, that several may answer: see {@link ReactorMqttClient#requestMany}. */
    public Flowable<ReceivedMessage> requestMany(ApplicationMessage message, Duration within) {
        return Flowable.fromPublisher(client.requestMany(message, within));
    }

    /**
     * Answers requests, one after the other: see {@link ReactorMqttClient#respond(String, Qos, java.util.function.Function)}.
     *
     * @param handler its message is the response, whose topic and Correlation Data are replaced by those of the request
     */
    public Completable respond(
            String topicFilter,
            Qos qos,
            Function<? super ReceivedMessage, ? extends MaybeSource<ApplicationMessage>> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.respond(topicFilter, qos, message -> response(handler, message)));
    }

    /** Answers requests with options: see {@link ReactorMqttClient#respond(ConsumeOptions, java.util.function.Function)}. */
    public Completable respond(
            ConsumeOptions options,
            Function<? super ReceivedMessage, ? extends MaybeSource<ApplicationMessage>> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.respond(options, message -> response(handler, message)));
    }

    /** Answers requests with the options that {@code options} makes, as {@link #respond(String, Qos, Function)} does. */
    public Completable respond(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super ReceivedMessage, ? extends MaybeSource<ApplicationMessage>> handler) {
        Objects.requireNonNull(handler, "handler");
        return Completable.fromPublisher(client.respond(options, message -> response(handler, message)));
    }

    private static Mono<ApplicationMessage> response(
            Function<? super ReceivedMessage, ? extends MaybeSource<ApplicationMessage>> handler,
            ReceivedMessage message) {
        return Mono.from(Maybe.defer(() -> handler.apply(message)).toFlowable());
    }

    /**
     * Unsubscribes; all subscribers of the Topic Filter complete.
     *
     * @param topicFilter as it was subscribed
     * @return the Server's answer; an error, {@link io.reactivemqtt.exception.ClientClosedException} if the client is
     *     disconnected before the answer
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    public Single<ReasonCode> unsubscribe(String topicFilter) {
        return Single.fromPublisher(client.unsubscribe(topicFilter));
    }

    /**
     * Reports the events in the life of this client. Hot: a subscriber receives events from then on; one that falls more than
     * 1,024 events behind misses the oldest, and gets a {@link ClientEvent.EventsMissed} in their place.
     *
     * @return never ends
     */
    public Flowable<ClientEvent> events() {
        return Flowable.fromPublisher(client.events());
    }

    /** Returns what this client is doing; any thread. */
    public ClientState state() {
        return client.state();
    }

    /** Returns what this client has done since it was made, and what is on its way now; any thread, at the cost of a small object. */
    public ClientStatistics statistics() {
        return client.statistics();
    }

    /**
     * Reports what this client is doing: at once what it does now, and then each change. No change is lost to a subscriber that
     * keeps up; one that does not, misses all but the latest. On the client's event loop.
     *
     * @return never ends
     */
    public Flowable<ClientState> states() {
        return Flowable.fromPublisher(client.states());
    }

    /**
     * Disconnects, in any state, as {@link #disconnect(Duration)} does with the {@linkplain
     * ClientOptions.Builder#disconnectTimeout disconnect timeout}.
     */
    public Completable disconnect() {
        return Completable.fromPublisher(client.disconnect());
    }

    /**
     * Disconnects, in any state: starts no new message, waits for running handlers, sends their acknowledgements and the messages
     * in flight, then DISCONNECT, and closes. Nothing that was processed in this time is repeated. Subscribers complete. Pending
     * requests fail with {@link io.reactivemqtt.exception.ClientClosedException}, and so do later ones until {@link #connect} is
     * called again.
     *
     * <p>A handler is running as long as a subscriber with manual acknowledgement has a message in hand, as the handlers of
     * {@link #consume} have.
     *
     * <p>The Session stays if its Session Expiry Interval says so, and {@link #connect} resumes it: messages that no subscriber
     * has taken arrive again. In a Session that ends with the connection, subscribers still receive what has arrived. With a
     * session store, the Session is released when everything is durable, so that another client may open it.
     *
     * @param drainFor how long it waits at most
     * @return what was left undone, when the connection is closed, at once if there is none; never an error, not even if the
     *     session store fails, which an event reports
     */
    public Single<DrainReport> disconnect(Duration drainFor) {
        return Single.fromPublisher(client.disconnect(drainFor));
    }

    /**
     * As {@link #disconnect(Duration)}, with what DISCONNECT says. What cannot be said in MQTT 3.1.1, or prolongs a Session that ends with
     * its connection, is an error, {@link io.reactivemqtt.exception.LimitExceededException}, and the connection stays.
     */
    public Single<DrainReport> disconnect(DisconnectOptions options) {
        return Single.fromPublisher(client.disconnect(options));
    }

    /** As {@link #disconnect(DisconnectOptions)}, with the options that {@code options} makes. */
    public Single<DrainReport> disconnect(Consumer<? super DisconnectOptions.Builder> options) {
        return disconnect(DisconnectOptions.of(options));
    }
}
