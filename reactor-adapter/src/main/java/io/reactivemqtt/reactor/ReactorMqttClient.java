package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.DisconnectOptions;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.SubscribeOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An MQTT client, 5.0 and 3.1.1, as {@link Flux} and {@link Mono}.
 *
 * <p>All publishers are cold unless they say otherwise: nothing happens before they are subscribed, and each subscriber starts
 * the work anew. No method ever blocks, in any state: a request that cannot be sent yet waits. Signals arrive on the client's
 * event loop, so that a message costs no change of threads; an application that does more than a little work with them uses
 * {@code publishOn}. Methods may be called from any thread, from inside a signal too.
 *
 * <p>A client has one Session. A lost connection is re-established automatically, and the Session is resumed if the Server still
 * has it.
 */
public interface ReactorMqttClient extends ReactorHandlers, ReactorRequestResponse, ReactorSessionAccess {

    /**
     * Returns a client that is not connected yet.
     *
     * @throws IllegalArgumentException if the options contradict each other, or the version of MQTT cannot express them
     */
    static ReactorMqttClient create(Consumer<? super ClientOptions.Builder> options) {
        Objects.requireNonNull(options, "options");
        return create(ClientOptions.of(options));
    }

    /** Returns a client that is not connected yet. */
    static ReactorMqttClient create(ClientOptions options) {
        return create(options, ReactorRuntime.DEFAULT);
    }

    /** Returns a client that is not connected yet, and works on what {@code runtime} has. */
    static ReactorMqttClient create(ClientOptions options, ReactorRuntime runtime) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(runtime, "runtime");
        return new EngineClient(options, runtime.connector(options), () -> ThreadLocalRandom.current()
                .nextDouble());
    }

    /** Returns what this client was made from; any thread. {@link ClientOptions#mutate} begins another one's. */
    ClientOptions options();

    /**
     * Connects, unless the client is connected: then the answer comes at once. A subscriber that comes while an attempt is under
     * way waits for that one; while a reconnect waits for its time, the attempt begins at once. After that the client stays
     * connected: a connection that is lost is re-established as the {@link ReconnectPolicy} says. The policy also says whether a
     * first attempt that fails is repeated.
     *
     * @return what was connected, once for each subscriber; an error of the attempt, after which the client is as before: {@link
     *     io.reactivemqtt.exception.ConnectionRefusedException} if the Server refuses, {@link
     *     io.reactivemqtt.exception.ConnectFailedException} if it cannot be reached or is no MQTT Server, {@link
     *     io.reactivemqtt.exception.SessionUnknownException} if the Server resumes a Session of which this client has no state,
     *     {@link io.reactivemqtt.exception.StoreException} if the session store cannot be opened or fails, {@link
     *     io.reactivemqtt.exception.ClientClosedException} if the client is disconnected meanwhile. Cancelling ends an attempt
     *     that nobody else waits for
     */
    Mono<ConnectResult> connect();

    /**
     * Authenticates the present connection anew by the {@linkplain ClientOptions#authenticator authenticator}, once for each subscriber,
     * so that a token that expires ends no connection (MQTT 5.0 §4.12.1). Messages go on meanwhile. It begins when others have
     * ended that were asked for before, or that the client makes itself before something expires.
     *
     * @return completes when both sides are content, on the client's event loop; an error if there is no connection
     *     ({@link io.reactivemqtt.exception.ConnectionLostException}). If one side is not content, the
     *     connection ends with that error, and is re-established as the {@link ReconnectPolicy} says. Cancelling changes nothing
     * @throws IllegalStateException if there is no authenticator
     */
    Mono<Void> reauthenticate();

    /**
     * Publishes one message, once for each subscriber that asks for the result. Without a connection it waits in the queue.
     *
     * <p>Cancelling withdraws the message if it has not been sent yet.
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
    Mono<PublishResult> publish(ApplicationMessage message);

    /**
     * Publishes one message with options, as {@link #publish(ApplicationMessage)} does: how long it may wait, whether it waits without a
     * connection, what becomes of it if the Session is lost, and whether a newer one replaces it while it waits.
     *
     * @return as there; and {@link io.reactivemqtt.exception.NotSentException} if the options let it not wait any longer. If it was
     *     dropped as they say, that is no error but the {@linkplain PublishResult#outcome outcome}
     */
    Mono<PublishResult> publish(ApplicationMessage message, PublishOptions options);

    /** As {@link #publish(ApplicationMessage, PublishOptions)}, with the options that {@code options} makes. */
    default Mono<PublishResult> publish(ApplicationMessage message, Consumer<? super PublishOptions.Builder> options) {
        return publish(message, PublishOptions.of(options));
    }

    /**
     * Hands a QoS 1 or 2 message over, once for each subscriber: it is sent as soon as possible, if need be by a later process,
     * and {@link #receipts} reports its outcome until that is acknowledged.
     *
     * @return the key of its receipt once the message is durable in the {@linkplain ClientOptions.Builder#sessionStore session
     *     store}, at once if there is none; an error, {@link io.reactivemqtt.exception.StoreException} if the store fails, {@link
     *     io.reactivemqtt.exception.QueueFullException} if there is no room to wait, {@link
     *     io.reactivemqtt.exception.LimitExceededException} if it is beyond what the Server takes. Cancelling does not withdraw
     *     the message
     * @throws IllegalArgumentException if the message is QoS 0, which no Session keeps
     */
    Mono<Long> enqueue(ApplicationMessage message);

    /**
     * As {@link #enqueue(ApplicationMessage)}, with the application's own word for the message, which stands in its {@linkplain
     * PublishReceipt#reference receipt}, in a later process too.
     *
     * @param reference 1 to {@value PublishReceipt#LONGEST_REFERENCE} bytes in UTF-8; need not be unique
     * @throws IllegalArgumentException if the message is QoS 0, or {@code reference} is too long, empty, or no text of MQTT
     */
    Mono<Long> enqueue(ApplicationMessage message, String reference);

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
    Flux<PublishReceipt> receipts();

    /**
     * Publishes all messages of a source, in order, once for each subscriber.
     *
     * <p>The source is asked for no more than what the Server's Receive Maximum and the queue take, at most 1,024 at once. It is
     * subscribed on the client's event loop: one that blocks needs a {@code subscribeOn} of its own. Cancelling cancels it and
     * withdraws messages that have not been sent yet.
     *
     * @return the outcome of each message, in the order in which outcomes are known; a message that failed is a result too and
     *     does not end the stream. An error of the source follows the results of the messages before it, and so does {@link
     *     io.reactivemqtt.exception.ClientClosedException} if the client is disconnected, and {@link
     *     io.reactivemqtt.exception.StoreException} or {@link io.reactivemqtt.exception.SessionTakenOverException} if the session
     *     store fails and no reconnect is scheduled that would open it again
     */
    Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages);

    /**
     * Subscribes at the Server, once for each subscriber, and emits what arrives.
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
    Flux<ReceivedMessage> subscribe(String topicFilter, Qos qos);

    /**
     * Subscribes with options, as {@link #subscribe(String, Qos)} does; among them {@linkplain
     * SubscribeOptions.Builder#acknowledgement when a message is acknowledged}.
     *
     * @throws IllegalArgumentException if the version of MQTT does not have the {@linkplain TopicFilter#requireIn Topic Filter}
     */
    Flux<ReceivedMessage> subscribe(SubscribeOptions options);

    /**
     * As {@link #subscribe(SubscribeOptions)}, with the options that {@code options} makes.
     *
     * <pre>{@code
     * client.subscribe(options -> options.filter("sensors/#").qos(Qos.AT_LEAST_ONCE).onCancel(OnCancel.KEEP))
     * }</pre>
     */
    default Flux<ReceivedMessage> subscribe(Consumer<? super SubscribeOptions.Builder> options) {
        return subscribe(SubscribeOptions.of(options));
    }

    /**
     * Returns a set of subscriptions that come and go while their subscriber stays; nothing happens before {@link
     * SubscriptionSet#messages} is subscribed.
     *
     * @param options what the set begins with, perhaps no filter at all, and what holds for all that are added
     */
    SubscriptionSet subscriptions(SubscribeOptions options);

    /** As {@link #subscriptions(SubscribeOptions)}, with the options that {@code options} makes. */
    default SubscriptionSet subscriptions(Consumer<? super SubscribeOptions.Builder> options) {
        return subscriptions(SubscribeOptions.of(options));
    }

    /**
     * Emits whatever arrives from then on, once for each subscriber, and asks the Server for nothing. What a subscription of this client
     * or of its Session claims is acknowledged without regard to this stream; what none claims is acknowledged once this has taken it.
     *
     * @return as {@link #subscribe(SubscribeOptions)} with all defaults; completes when the client is disconnected
     */
    Flux<ReceivedMessage> messages();

    /**
     * Unsubscribes; all subscribers of the Topic Filter complete.
     *
     * @param topicFilter as it was subscribed
     * @return the Server's answer; an error, {@link io.reactivemqtt.exception.ClientClosedException} if the client is
     *     disconnected before the answer
     * @throws IllegalArgumentException if {@code topicFilter} is not a Topic Filter
     */
    Mono<ReasonCode> unsubscribe(String topicFilter);

    /**
     * Reports the events in the life of this client. Hot: a subscriber receives events from then on; one that falls more than
     * 1,024 events behind misses the oldest, and gets a {@link ClientEvent.EventsMissed} in their place.
     *
     * @return never ends
     */
    Flux<ClientEvent> events();

    /** Returns what this client is doing; any thread. */
    ClientState state();

    /** Returns what this client has done since it was made, and what is on its way now; any thread, at the cost of a small object. */
    ClientStatistics statistics();

    /**
     * Reports what this client is doing: at once what it does now, and then each change. No change is lost to a subscriber that
     * keeps up; one that does not, misses all but the latest. On the client's event loop.
     *
     * @return never ends
     */
    Flux<ClientState> states();

    /** As {@link #disconnect(Duration)}, with the {@linkplain ClientOptions.Builder#disconnectTimeout disconnect timeout}. */
    Mono<Void> disconnect();

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
     * @throws IllegalArgumentException if {@code drainFor} is negative
     */
    default Mono<DrainReport> disconnect(Duration drainFor) {
        Objects.requireNonNull(drainFor, "drainFor");
        return disconnect(DisconnectOptions.of(options -> options.drainFor(drainFor)));
    }

    /**
     * As {@link #disconnect(Duration)}, with what DISCONNECT says. What cannot be said in MQTT 3.1.1, or prolongs a Session that ends with
     * its connection, is an error, {@link io.reactivemqtt.exception.LimitExceededException}, and the connection stays.
     */
    Mono<DrainReport> disconnect(DisconnectOptions options);

    /** As {@link #disconnect(DisconnectOptions)}, with the options that {@code options} makes. */
    default Mono<DrainReport> disconnect(Consumer<? super DisconnectOptions.Builder> options) {
        return disconnect(DisconnectOptions.of(options));
    }
}
