package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A gauge of which only the newest reading is worth sending, and not for long. */
final class Gauge {

    private final ReactorMqttClient client;
    private final String topic;

    Gauge(ReactorMqttClient client, String topic) {
        this.client = client;
        this.topic = topic;
    }

    /** Publishes a reading; without a connection it replaces the one that waits. */
    // #publish
    Mono<PublishOutcome> publish(String reading) {
        return client.publish(
                        message(reading), options -> options.latestOf(topic).sendWithin(Duration.ofMinutes(5)))
                .map(PublishResult::outcome)
                .onErrorReturn(NotSentException.class, PublishOutcome.NOT_SENT);
    }
    // #end

    private ApplicationMessage message(String reading) {
        return ApplicationMessage.of(topic, reading, Qos.AT_LEAST_ONCE);
    }
}
