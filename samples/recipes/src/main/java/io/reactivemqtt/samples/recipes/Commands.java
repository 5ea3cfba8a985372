package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** HTTP in, MQTT out: the status says what became of the message. */
// #http
record Commands(ReactorMqttClient client) {

    Publisher<Void> post(HttpServerRequest request, HttpServerResponse response) {
        String topic = "devices/" + request.param("device") + "/commands";
        return request.receive()
                .aggregate()
                .asString()
                .defaultIfEmpty("")
                .flatMap(body -> outcome(ApplicationMessage.of(topic, body, Qos.AT_LEAST_ONCE)))
                .timeout(Duration.ofSeconds(10), Mono.just(PublishOutcome.UNKNOWN))
                .flatMap(outcome -> response.status(status(outcome)).send());
    }

    private Mono<PublishOutcome> outcome(ApplicationMessage command) {
        return client.publish(command, options -> options.sendWithin(Duration.ofSeconds(2)))
                .onErrorResume(MqttException.class, failure -> Mono.just(PublishResult.failed(command, failure)))
                .map(PublishResult::outcome);
    }

    private static int status(PublishOutcome outcome) {
        return switch (outcome) {
            case ACKNOWLEDGED, SENT -> 202;
            case NO_SUBSCRIBER -> 404;
            case REFUSED -> 422;
            case EXPIRED, NOT_SENT, DROPPED -> 503; // nothing was sent: the caller may repeat it
            case UNKNOWN -> 504; // who repeats it may do it twice
        };
    }
}
// #end
