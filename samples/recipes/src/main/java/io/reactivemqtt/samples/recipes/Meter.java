package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A meter that reports and obeys: the program that the pages about migration have in the words of other clients, too. */
final class Meter {

    private final ReactorMqttClient client;

    // #connect
    Meter(String server, SessionStore store) {
        client = ReactorMqttClient.create(options -> options.server(server)
                .durableSession("meter-7", Duration.ofHours(1), store)
                .reconnect(policy -> policy.retryFirst(true)));
    }

    Mono<ConnectResult> connect() {
        return client.connect();
    }
    // #end

    // #publish
    Mono<PublishOutcome> report(String reading) {
        return client.publish(ApplicationMessage.of("meters/7/readings", reading, Qos.AT_LEAST_ONCE))
                .map(PublishResult::outcome);
    }
    // #end

    // #consume
    Mono<Void> obey(Function<String, Mono<Void>> command) {
        return client.consume(
                "meters/7/commands",
                Qos.AT_LEAST_ONCE,
                message -> command.apply(message.payload().asUtf8()));
    }
    // #end

    // #stop
    Mono<DrainReport> stop() {
        return client.disconnect(Duration.ofSeconds(10));
    }
    // #end
}
