package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Many workers, in the order of each topic; what none of them can process goes to another topic. */
final class Orders {

    private final ReactorMqttClient client;
    private final Function<ReceivedMessage, Publisher<?>> processing;

    Orders(ReactorMqttClient client, Function<ReceivedMessage, Publisher<?>> processing) {
        this.client = client;
        this.processing = processing;
    }

    /** Works until the client is disconnected. */
    // #workers
    Mono<Void> process() {
        return client.consume(
                options -> options.filter("orders/#")
                        .concurrency(16)
                        .orderedBy(ReceivedMessage::topicName)
                        .onFailure(FailurePolicy.retry(
                                        5, Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10)))
                                .thenDeadLetter("dead/{topic}")),
                processing);
    }
    // #end
}
