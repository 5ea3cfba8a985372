package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** What is accepted is delivered, if need be by a later process: the Session is in a store. */
// #store
final class Outbox {
    private final ReactorMqttClient client;

    Outbox(String server, SessionStore store, Consumer<PublishReceipt> delivered) {
        client = ReactorMqttClient.create(options -> options.server(server)
                .durableSession("outbox-1", Duration.ofDays(7), store)
                .reconnect(policy -> policy.retryFirst(true)));
        client.receipts().subscribe(delivered); // before connect(), so that none is missed
        client.connect().subscribe(connected -> {}, failure -> System.err.println("never connected: " + failure));
    }

    /** Completes when the message is in the store. */
    Mono<Long> accept(String topic, String text) {
        return client.enqueue(ApplicationMessage.of(topic, text, Qos.EXACTLY_ONCE));
    }

    Mono<Void> stop() {
        return client.disconnect();
    }
}
// #end
