package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** A service that answers requests, and who asks it. */
final class Calculator {

    private final ReactorMqttClient client;

    Calculator(ReactorMqttClient client) {
        this.client = client;
    }

    // #respond
    Mono<Void> serve() {
        return client.respond(
                "calculate/{operation}",
                Qos.AT_LEAST_ONCE,
                request -> Mono.fromSupplier(() -> {
                    Stream<Integer> numbers =
                            Stream.of(request.payload().asUtf8().split(" ")).map(Integer::valueOf);
                    int result = request.variable("operation").equals("add")
                            ? numbers.reduce(0, Math::addExact)
                            : numbers.reduce(1, Math::multiplyExact);
                    return ApplicationMessage.answer()
                            .payload(Payload.utf8("" + result))
                            .qos(Qos.AT_LEAST_ONCE)
                            .build();
                }));
    }
    // #end

    // #request
    Mono<Integer> ask(String operation, String numbers) {
        return client.request(
                        ApplicationMessage.of("calculate/" + operation, numbers, Qos.AT_LEAST_ONCE),
                        Duration.ofSeconds(5))
                .map(response -> Integer.valueOf(response.payload().asUtf8()));
    }
    // #end
}
