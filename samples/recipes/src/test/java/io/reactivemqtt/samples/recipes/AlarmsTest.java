package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AlarmsTest {

    private final FakeMqttClient mqtt = FakeMqttClient.connected();

    @Test
    void aReadingThatIsTooHotRaisesAnAlarmAndRubbishIsRefused() {
        new Alarms(mqtt, new JsonMapper()).raise().subscribe();

        Delivery rubbish = mqtt.deliver("readings/1", "hot!", Qos.AT_LEAST_ONCE);
        mqtt.deliver("readings/1", "{\"sensor\":\"1\",\"celsius\":20}", Qos.AT_LEAST_ONCE);
        Delivery hot = mqtt.deliver("readings/1", "{\"sensor\":\"1\",\"celsius\":90}", Qos.AT_LEAST_ONCE);

        assertThat(rubbish.acknowledgement()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        assertThat(hot.isAcknowledged()).isTrue();
        assertThat(mqtt.published())
                .containsExactly(ApplicationMessage.to("alarms/1")
                        .text("{\"sensor\":\"1\",\"text\":\"hot\"}")
                        .contentType("application/json")
                        .qos(Qos.AT_LEAST_ONCE)
                        .build());
    }
}
