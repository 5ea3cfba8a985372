package io.reactivemqtt.reactor;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ReceivedMessage;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Subscriptions that come and go while their subscriber stays, as the topics of a WebSocket user do. Each one that comes is one SUBSCRIBE
 * for it alone, each one that goes one UNSUBSCRIBE, unless other subscribers of this client have the filter. From any thread.
 *
 * <p>The set is open while {@link #messages} has a subscriber. It remembers its filters beyond that: a later subscriber begins with them.
 */
public interface SubscriptionSet {

    /**
     * Subscribes to the filters that the set has now, in one SUBSCRIBE, and emits what arrives for these and those that are added. The
     * options say when messages are acknowledged, what is buffered, and what becomes of the subscriptions on cancel.
     *
     * @return as {@link ReactorMqttClient#subscribe(io.reactivemqtt.client.SubscribeOptions)}; with {@link IllegalStateException} if it has
     *     a subscriber already. That the Server refuses a filter that is {@linkplain #add added} does not end it
     */
    Flux<ReceivedMessage> messages();

    /**
     * Adds a filter, once for each subscriber, at the QoS of the options.
     *
     * @param filter a Topic Filter or a {@linkplain io.reactivemqtt.TopicTemplate template}
     * @return the Server's answer, on the client's event loop; an error, {@link io.reactivemqtt.exception.RequestRefusedException} if it
     *     refuses, {@link io.reactivemqtt.exception.LimitExceededException} if the filter exceeds what it supports, {@link
     *     io.reactivemqtt.exception.SubscriptionConflictException} if another subscriber of the filter has other options, {@link
     *     IllegalStateException} if the set has the filter already, is not open, or ends meanwhile. Without a connection it waits for one.
     *     Cancelling changes nothing: {@link #remove} does
     * @throws IllegalArgumentException if {@code filter} is no Topic Filter, or not in this version of MQTT
     */
    Mono<ReasonCode> add(String filter);

    /** As {@link #add(String)}, at a QoS of its own. */
    Mono<ReasonCode> add(String filter, Qos qos);

    /**
     * Removes a filter, once for each subscriber. What has come because of it and waits is still emitted; what comes later is not.
     *
     * @param filter as it was added
     * @return the Server's answer, on the client's event loop; {@link ReasonCode#SUCCESS} if others keep the subscription; an error, {@link
     *     IllegalStateException} if the set has no such filter, or is not open
     * @throws IllegalArgumentException if {@code filter} is no Topic Filter
     */
    Mono<ReasonCode> remove(String filter);

    /** Returns what the set has, or is about to have. */
    List<TopicFilter> topicFilters();
}
