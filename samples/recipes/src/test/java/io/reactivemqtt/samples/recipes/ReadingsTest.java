package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ReadingsTest {

    private final FakeMqttClient mqtt = FakeMqttClient.connected();
    private final List<List<String>> inserted = new ArrayList<>();

    @Test
    void readingsAreInsertedManyAtATimeAndAcknowledgedAfterwards() {
        new Readings(mqtt, texts -> Mono.fromRunnable(() -> inserted.add(texts)))
                .insert()
                .subscribe();
        Delivery first = mqtt.deliver("readings/1", "20.5", Qos.AT_LEAST_ONCE);
        mqtt.deliver("readings/2", "21", Qos.AT_LEAST_ONCE);
        assertThat(first.isAcknowledged()).isFalse();

        mqtt.advance(Duration.ofMillis(200));

        assertThat(inserted).containsExactly(List.of("20.5", "21"));
        assertThat(first.isAcknowledged()).isTrue();
    }
}
