package io.reactivemqtt.samples.live;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NoResponseException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What a browser can do: publish, ask a device, cut the network. The status says what became of it. */
@RestController
@RequestMapping("/api")
class Actions {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReactorMqttClient client;
    private final Network network;

    Actions(ReactorMqttClient client, Network network) {
        this.client = client;
        this.network = network;
    }

    /** A message to publish. */
    record Message(
            String topic,
            String payload,
            @Nullable Integer qos,
            @Nullable Boolean retain) {}

    /** What became of it. */
    record Outcome(String outcome) {}

    @PostMapping("/messages")
    Mono<ResponseEntity<Outcome>> publish(@RequestBody Message message) {
        return Mono.fromSupplier(() -> ApplicationMessage.to(message.topic())
                        .payload(Payload.utf8(message.payload()))
                        .qos(Qos.of(message.qos() == null ? 1 : message.qos()))
                        .retain(Boolean.TRUE.equals(message.retain()))
                        .build())
                .flatMap(built -> client.publish(built, options -> options.sendWithin(PATIENCE)))
                .map(PublishResult::outcome)
                .map(outcome -> ResponseEntity.ok(new Outcome(outcome.name())))
                .onErrorResume(MqttException.class, failure -> Mono.just(failed(failure)))
                .onErrorResume(
                        IllegalArgumentException.class, mistake -> Mono.just(answer(HttpStatus.BAD_REQUEST, mistake)));
    }

    private static ResponseEntity<Outcome> failed(MqttException failure) {
        if (failure instanceof RequestRefusedException || failure instanceof LimitExceededException) {
            return answer(HttpStatus.UNPROCESSABLE_CONTENT, failure);
        }
        if (failure instanceof NotSentException || failure instanceof QueueFullException) {
            return answer(HttpStatus.SERVICE_UNAVAILABLE, failure); // nothing has left: it may be tried again
        }
        return answer(HttpStatus.GATEWAY_TIMEOUT, failure); // it may have arrived
    }

    private static ResponseEntity<Outcome> answer(HttpStatus status, Exception failure) {
        return ResponseEntity.status(status).body(new Outcome(String.valueOf(failure.getMessage())));
    }

    @PostMapping("/devices/{id}/identify")
    Mono<ResponseEntity<Outcome>> identify(@PathVariable String id) {
        return client.request(ApplicationMessage.of("devices/" + id + "/identify", "", Qos.AT_LEAST_ONCE), PATIENCE)
                .map(response ->
                        ResponseEntity.ok(new Outcome(response.payload().asUtf8())))
                .onErrorResume(
                        NoResponseException.class, failure -> Mono.just(answer(HttpStatus.GATEWAY_TIMEOUT, failure)));
    }

    /** Answers when the network is there again. */
    @PostMapping("/cut")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> cut(@RequestParam(defaultValue = "3000") int millis) {
        return network.cut(Duration.ofMillis(millis));
    }
}
