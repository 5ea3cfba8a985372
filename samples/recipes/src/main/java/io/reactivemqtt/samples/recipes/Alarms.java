package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.jackson.JsonCodec;
import io.reactivemqtt.reactor.ReactorMqttClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.ObjectMapper;

/** JSON in, JSON out; what is not what it should be is refused, and stops nothing. */
final class Alarms {

    /** What a sensor says. */
    record Reading(String sensor, double celsius) {}

    /** What we say to it. */
    record Alarm(String sensor, String text) {}

    private static final double TOO_HOT = 80;

    private final ReactorMqttClient client;
    private final ObjectMapper mapper;

    Alarms(ReactorMqttClient client, ObjectMapper mapper) {
        this.client = client;
        this.mapper = mapper;
    }

    /** Works until the client is disconnected. */
    // #json
    Mono<Void> raise() {
        PayloadCodec<Reading> readings = JsonCodec.of(mapper, Reading.class);
        PayloadCodec<Alarm> alarms = JsonCodec.of(mapper, Alarm.class);
        return client.consume(
                options -> options.filter("readings/#")
                        .onUndecodable(FailurePolicy.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID)),
                readings,
                (reading, message) -> reading.celsius() < TOO_HOT
                        ? Mono.empty()
                        : client.publish(
                                alarms.message("alarms/" + reading.sensor(), new Alarm(reading.sensor(), "hot"))
                                        .qos(Qos.AT_LEAST_ONCE)
                                        .build()));
    }
    // #end
}
