package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A program that is told to stop ends what it has begun, and repeats nothing of it. */
// #stop
record Worker(ReactorMqttClient client, Function<ReceivedMessage, Publisher<?>> job) {

    Mono<Void> run() {
        return client.consume("jobs/#", Qos.AT_LEAST_ONCE, job); // completes when stop() is called
    }

    /** For {@code Runtime.addShutdownHook}, or {@code @PreDestroy}: returns the exit status. */
    Mono<Integer> stop() {
        return client.disconnect(Duration.ofSeconds(20)).map(left -> {
            System.out.println("stopped: " + left);
            return left.equals(DrainReport.NOTHING_LEFT) ? 0 : 1;
        });
    }
}
// #end
