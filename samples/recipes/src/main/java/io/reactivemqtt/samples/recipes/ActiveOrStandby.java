package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** One of several processes that book orders: the one whose turn it is. */
final class ActiveOrStandby {

    private final ReactorMqttClient client;

    // #standby
    ActiveOrStandby(String server, SessionStore store, SessionLeases leases) {
        client = ReactorMqttClient.create(options -> options.server(server)
                .durableSession("bookkeeping", Duration.ofDays(1), store)
                .standby(leases));
    }

    Mono<Void> run(Function<String, Mono<Void>> book) {
        return client.consume(
                        "orders/#",
                        Qos.EXACTLY_ONCE,
                        order -> book.apply(order.payload().asUtf8()))
                .doOnSubscribe(begun -> client.connect().subscribe()); // in its turn
    }
    // #end

    Mono<Void> stop() {
        return client.disconnect(Duration.ofSeconds(10)).then();
    }
}
