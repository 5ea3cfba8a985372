package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What cannot be processed after four tries is parked under another topic, from where it can be brought back. */
// #parked
record Invoices(ReactorMqttClient client, Function<ReceivedMessage, Publisher<?>> booking) {

    Mono<Void> book() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10));
        return client.consume(
                options -> options.filter("invoices/+")
                        .onFailure(FailurePolicy.retry(3, backoff).thenDeadLetter(Invoices::parked)),
                booking);
    }

    private static ApplicationMessage parked(ReceivedMessage message) {
        return message.message().toBuilder()
                .topicName("parked/" + message.topicName())
                .userProperty("parked-by", "invoices 1.4")
                .build();
    }

    /** Once the fault is mended; until it is disposed of. */
    Mono<Void> bringBack() {
        return client.consume(
                "parked/invoices/{number}",
                Qos.AT_LEAST_ONCE,
                message -> client.publish(message.message().toBuilder()
                        .topicName("invoices/" + message.variable("number"))
                        .build()));
    }
}
// #end
