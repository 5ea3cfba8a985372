package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** One transaction of a database for many messages, which are acknowledged after it. */
final class Readings {

    private final ReactorMqttClient client;
    private final Function<List<String>, Publisher<?>> insertion;

    Readings(ReactorMqttClient client, Function<List<String>, Publisher<?>> insertion) {
        this.client = client;
        this.insertion = insertion;
    }

    /** Works until the client is disconnected. */
    // #batches
    Mono<Void> insert() {
        return client.consumeBatches(
                options -> options.filter("readings/#").upTo(500, Duration.ofMillis(200)), this::insertAll);
    }

    private Publisher<?> insertAll(List<ReceivedMessage> batch) {
        return insertion.apply(
                batch.stream().map(message -> message.payload().asUtf8()).toList());
    }
    // #end
}
