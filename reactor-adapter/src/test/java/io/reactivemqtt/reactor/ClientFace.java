package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client as {@link EndToEndTest} sees it, whichever face of the library is behind it. */
public interface ClientFace {

    /** Connects. */
    Mono<ConnectResult> connect();

    /** Publishes one message. */
    Mono<PublishResult> publish(ApplicationMessage message);

    /** Publishes many. */
    Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages);

    /** Subscribes. */
    Flux<ReceivedMessage> subscribe(String topicFilter, Qos qos);

    /** Subscribes with options. */
    Flux<ReceivedMessage> subscribe(Consumer<? super SubscribeOptions.Builder> options);

    /** Subscribes and processes. */
    Mono<Void> consume(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super ReceivedMessage, ? extends Publisher<?>> handler);

    /** Unsubscribes. */
    Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout);

    Mono<Void> respond(
            Consumer<? super ConsumeOptions.Builder> options,
            Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler);

    Mono<ReasonCode> unsubscribe(String topicFilter);

    /** Tells what happens. */
    Flux<ClientEvent> events();

    /** Disconnects. */
    Mono<Void> disconnect();

    /** Returns the Reactor face. */
    static ClientFace of(ReactorMqttClient client) {
        return new ClientFace() {
            @Override
            public Mono<ConnectResult> connect() {
                return client.connect();
            }

            @Override
            public Mono<PublishResult> publish(ApplicationMessage message) {
                return client.publish(message);
            }

            @Override
            public Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages) {
                return client.publish(messages);
            }

            @Override
            public Flux<ReceivedMessage> subscribe(String topicFilter, Qos qos) {
                return client.subscribe(topicFilter, qos);
            }

            @Override
            public Flux<ReceivedMessage> subscribe(Consumer<? super SubscribeOptions.Builder> options) {
                return client.subscribe(options);
            }

            @Override
            public Mono<Void> consume(
                    Consumer<? super ConsumeOptions.Builder> options,
                    Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
                return client.consume(options, handler);
            }

            @Override
            public Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout) {
                return client.request(message, timeout);
            }

            @Override
            public Mono<Void> respond(
                    Consumer<? super ConsumeOptions.Builder> options,
                    Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
                return client.respond(options, handler);
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
            public Mono<Void> disconnect() {
                return client.disconnect();
            }
        };
    }
}
