package io.reactivemqtt.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

// #unit
class ThermostatTest {

    private final FakeMqttClient mqtt = FakeMqttClient.connected();

    @Test
    void aColdRoomIsHeatedAndTheReadingIsAcknowledged() {
        new Thermostat(mqtt).run().subscribe();

        Delivery reading = mqtt.deliver("rooms/1/temperature", "17.5", Qos.AT_LEAST_ONCE);

        assertThat(mqtt.published()).containsExactly(ApplicationMessage.of("rooms/1/heating", "on", Qos.AT_LEAST_ONCE));
        assertThat(reading.isAcknowledged()).isTrue();
    }

    @Test
    void aReadingThatNobodyCanReadEndsTheThermostatAndIsNotAcknowledged() {
        List<Throwable> errors = new ArrayList<>();
        new Thermostat(mqtt).run().subscribe(done -> {}, errors::add);

        Delivery reading = mqtt.deliver("rooms/1/temperature", "warm", Qos.AT_LEAST_ONCE);

        assertThat(errors).hasOnlyElementsOfType(NumberFormatException.class).hasSize(1);
        assertThat(reading.isAcknowledged()).isFalse();
    }

    @Test
    void whileTheServerDoesNotAnswerNothingIsLost() {
        new Thermostat(mqtt).run().subscribe();
        mqtt.answerPublish(message -> null); // no PUBACK
        Delivery reading = mqtt.deliver("rooms/1/temperature", "22", Qos.AT_LEAST_ONCE);
        assertThat(reading.isAcknowledged()).isFalse();

        mqtt.answerPublish(message -> ReasonCode.SUCCESS);
        mqtt.loseConnection();
        mqtt.advance(Duration.ofMinutes(5)); // the client reconnects by itself

        assertThat(mqtt.published()).hasSize(2); // the message was sent again
    }
}
// #end
