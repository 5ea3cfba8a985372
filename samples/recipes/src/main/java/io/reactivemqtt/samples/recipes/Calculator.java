package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** A service that answers requests, and who asks it. */
// #calculator
record Calculator(ReactorMqttClient client) {

    Mono<Void> serve() {
        return client.respond(
                "calculate/{operation}",
                Qos.AT_LEAST_ONCE,
                request -> Mono.fromSupplier(() -> answer(
                        request.variable("operation"),
                        request.payload().asUtf8().split(" "))));
    }

    private static ApplicationMessage answer(String operation, String... numbers) {
        Stream<Integer> all = Stream.of(numbers).map(Integer::valueOf);
        int result = operation.equals("add") ? all.reduce(0, Math::addExact) : all.reduce(1, Math::multiplyExact);
        return ApplicationMessage.answer()
                .payload(Payload.utf8("" + result))
                .qos(Qos.AT_LEAST_ONCE)
                .build();
    }

    Mono<Integer> ask(String operation, String numbers) {
        ApplicationMessage request = ApplicationMessage.of("calculate/" + operation, numbers, Qos.AT_LEAST_ONCE);
        return client.request(request, Duration.ofSeconds(5))
                .map(response -> Integer.valueOf(response.payload().asUtf8()));
    }
}
// #end
