package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.SubscriptionSet;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** A WebSocket whose user says {@code +news/sport} and {@code -news/sport}, and gets what arrives meanwhile. */
// #websocket
record UserTopics(ReactorMqttClient client) {

    Publisher<Void> user(WebsocketInbound in, WebsocketOutbound out) {
        SubscriptionSet topics = client.subscriptions(options ->
                options.acknowledgement(AcknowledgementMode.WITHOUT_ME).onCancel(OnCancel.UNSUBSCRIBE));
        Flux<String> messages = topics.messages()
                .map(message -> message.topicName() + " " + message.payload().asUtf8());
        Flux<String> answers = in.receive().asString().concatMap(line -> answer(topics, line));
        return out.sendString(Flux.merge(messages, answers));
    }

    private static Mono<String> answer(SubscriptionSet topics, String line) {
        return Mono.defer(() -> change(topics, line))
                .map(answer -> line + ": " + answer)
                .onErrorResume(failure -> Mono.just(line + ": " + failure.getMessage()));
    }

    private static Mono<ReasonCode> change(SubscriptionSet topics, String line) {
        String filter = "news/" + line.substring(1); // what the user may see
        return line.startsWith("+") ? topics.add(filter) : topics.remove(filter);
    }
}
// #end
