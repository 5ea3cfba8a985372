import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.micrometer.MqttMeters;
import io.reactivemqtt.micrometer.ObservedMqttClient;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import org.junit.jupiter.api.Test;

/** Meters and observations, by the Micrometer that the stranger has, and nothing else of Micrometer's. */
class MetersTest {

    @Test
    void aClientIsMetered() {
        MeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry observations = ObservationRegistry.create();
        FakeMqttClient fake = FakeMqttClient.connected();
        assertSame(fake, ObservedMqttClient.observe(fake, observations, "a"));
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        new MqttMeters(fake, "a").bindTo(meters);
        ReactorMqttClient client = ObservedMqttClient.observe(fake, observations, "a");

        client.consume("a/{b}", Qos.AT_LEAST_ONCE, received -> client.publish(received.message()))
                .subscribe();
        fake.deliver(ApplicationMessage.of("a/1", "x", Qos.AT_LEAST_ONCE));

        assertEquals(1, meters.get("mqtt.client.connected").gauge().value());
        assertEquals(1, meters.get("mqtt.process").timer().count());
        assertEquals(1, meters.get("mqtt.publish").timer().count());
    }
}
