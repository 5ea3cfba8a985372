package io.reactivemqtt.samples;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Switches the heating of a room by what its thermometer says. It is here to be tested: docs/testing.md shows how. */
// #thermostat
final class Thermostat {

    private static final double WANTED = 20;

    private final ReactorMqttClient mqtt;

    Thermostat(ReactorMqttClient mqtt) {
        this.mqtt = mqtt;
    }

    /** Works until the client is disconnected. */
    Mono<Void> run() {
        return mqtt.consume("rooms/+/temperature", Qos.AT_LEAST_ONCE, this::onTemperature);
    }

    private Publisher<?> onTemperature(ReceivedMessage reading) {
        String room = reading.topicName().toString().split("/", -1)[1];
        double temperature = Double.parseDouble(reading.payload().asUtf8());
        String heating = temperature < WANTED ? "on" : "off";
        return mqtt.publish(ApplicationMessage.of("rooms/" + room + "/heating", heating, Qos.AT_LEAST_ONCE));
    }
}
// #end
