package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a {@link ReactorMqttClient} has for requests and their responses (MQTT 5.0 §4.10): a request names a Response Topic, and
 * Correlation Data that comes back with the response.
 *
 * <p>All requests of a client share one Response Topic and one subscription to it, which the Server has granted before the first request
 * leaves: {@code response/} and the Client Identifier, or what the Server's Response Information is followed by that, if there is one. A
 * request that names a Response Topic or Correlation Data keeps them. Both survive a lost connection.
 *
 * <p>MQTT 3.1.1 has neither, so there Topic Names carry them: a request to {@code T} is published to {@code T/request/asker/number}, and
 * its response to {@code response/asker/number}, or to {@code response/asker/number/error}; the asker is the Client Identifier. A responder
 * subscribes to both if it may speak MQTT 3.1.1, so with {@code fallBackToMqtt311()} it answers the askers of both versions.
 */
public interface ReactorRequestResponse {

    /**
     * Sends a request, once for each subscriber, and waits for the first response.
     *
     * @param message its QoS is that of the request; at QoS 0 a lost connection may lose it
     * @param timeout how long it may take, with the wait for a connection
     * @return the response, acknowledged already, on the client's event loop; an error, {@link
     *     io.reactivemqtt.exception.NotSentException} if the request could not be sent in time, so that it can be repeated, {@link
     *     io.reactivemqtt.exception.NoResponseException} if it was sent and no response came, at once if the Server says that nobody
     *     subscribes to its topic, {@link io.reactivemqtt.exception.ResponderFailedException} if the responder says that it failed, {@link
     *     IllegalStateException} if another request with its Correlation Data is under way, and those of {@link
     *     ReactorMqttClient#publish(ApplicationMessage)} and {@link ReactorMqttClient#subscribe(String, Qos)}. Cancelling withdraws the
     *     request if it has not been sent yet
     * @throws IllegalArgumentException if {@code timeout} is not positive
     */
    Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout);

    /**
     * Sends a request, once for each subscriber, that several may answer.
     *
     * @param within how long responses are gathered
     * @return all responses that come within that time, then completes, perhaps without any. Those that the subscriber does not ask for are
     *     kept. A responder that says that it failed is left out, unless nobody else answers. In all else it is as {@link #request}
     * @throws IllegalArgumentException if {@code within} is not positive
     */
    Flux<ReceivedMessage> requestMany(ApplicationMessage message, Duration within);

    /**
     * Answers requests, one after the other: a request is acknowledged when its response is published, at QoS 1 and 2 when the Server has
     * acknowledged that. A request that names no Response Topic is handled, and not answered.
     *
     * @param topicFilter without {@code #} if the client may speak MQTT 3.1.1
     * @param handler its message is the response: topic and Correlation Data are replaced by those of the request, see {@link
     *     ApplicationMessage#answer}. Empty: there is no response. If it fails, the asker is told the simple name of the exception's class,
     *     the event {@link io.reactivemqtt.client.ClientEvent.HandlerFailed} tells the rest, and the request is acknowledged
     * @return as {@link ReactorHandlers#consume(String, Qos, Function)}
     */
    default Mono<Void> respond(
            String topicFilter,
            Qos qos,
            Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
        Objects.requireNonNull(topicFilter, "topicFilter");
        Objects.requireNonNull(qos, "qos");
        return respond(options -> options.filter(topicFilter).qos(qos), handler);
    }

    /**
     * Answers requests, as {@link #respond(String, Qos, Function)} does, with the options that {@code options} makes. Their {@link
     * ConsumeOptions.Builder#onFailure} is {@link FailurePolicy#skip()} unless they say otherwise; with one that tries again the asker is
     * not told of failures.
     */
    default Mono<Void> respond(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return respond(ConsumeOptions.of(builder -> options.accept(builder.onFailure(FailurePolicy.skip()))), handler);
    }

    /** Answers requests, as {@link #respond(String, Qos, Function)} does, with options. */
    Mono<Void> respond(
            ConsumeOptions options, Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler);
}
