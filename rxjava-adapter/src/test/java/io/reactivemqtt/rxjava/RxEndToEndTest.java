package io.reactivemqtt.rxjava;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.reactor.ClientFace;
import io.reactivemqtt.reactor.EndToEndTest;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Maybe;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the client does against real Servers it does through its RxJava face. */
@MqttServer({ServerKind.MOSQUITTO, ServerKind.ARTEMIS})
class RxEndToEndTest extends EndToEndTest {

    RxEndToEndTest(RunningServer server) {
        super(server);
    }

    @Override
    protected ClientFace create(Consumer<ClientOptions.Builder> options) {
        return new RxFace(RxMqttClient.create(options));
    }

    private record RxFace(RxMqttClient client) implements ClientFace {

        @Override
        public Mono<ConnectResult> connect() {
            return Mono.from(client.connect().toFlowable());
        }

        @Override
        public Mono<PublishResult> publish(ApplicationMessage message) {
            return Mono.from(client.publish(message).toFlowable());
        }

        @Override
        public Flux<PublishResult> publish(Publisher<? extends ApplicationMessage> messages) {
            return Flux.from(client.publish(messages));
        }

        @Override
        public Flux<ReceivedMessage> subscribe(String topicFilter, Qos qos) {
            return Flux.from(client.subscribe(topicFilter, qos));
        }

        @Override
        public Flux<ReceivedMessage> subscribe(Consumer<? super SubscribeOptions.Builder> options) {
            return Flux.from(client.subscribe(options));
        }

        @Override
        public Mono<Void> consume(
                Consumer<? super ConsumeOptions.Builder> options,
                Function<? super ReceivedMessage, ? extends Publisher<?>> handler) {
            return Mono.from(client.consume(options, message -> Completable.fromPublisher(handler.apply(message)))
                    .<Void>toFlowable());
        }

        @Override
        public Mono<ReceivedMessage> request(ApplicationMessage message, Duration timeout) {
            return Mono.from(client.request(message, timeout).toFlowable());
        }

        @Override
        public Mono<Void> respond(
                Consumer<? super ConsumeOptions.Builder> options,
                Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
            return Mono.from(client.respond(options, message -> Maybe.fromPublisher(handler.apply(message)))
                    .<Void>toFlowable());
        }

        @Override
        public Mono<ReasonCode> unsubscribe(String topicFilter) {
            return Mono.from(client.unsubscribe(topicFilter).toFlowable());
        }

        @Override
        public Flux<ClientEvent> events() {
            return Flux.from(client.events());
        }

        @Override
        public Mono<Void> disconnect() {
            return Mono.from(client.disconnect().<Void>toFlowable());
        }
    }
}
