package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

// #unit
class GaugeTest {

    private final FakeMqttClient mqtt = FakeMqttClient.create();
    private final Gauge gauge = new Gauge(mqtt, "boiler/temperature");
    private final List<PublishOutcome> outcomes = new ArrayList<>();

    @Test
    void onlyTheNewestReadingIsSentWhenThereIsAConnection() {
        gauge.publish("17").subscribe(outcomes::add);
        gauge.publish("18").subscribe(outcomes::add);

        mqtt.connect().block();

        assertThat(mqtt.published())
                .extracting(message -> message.payload().asUtf8())
                .containsExactly("18");
        assertThat(outcomes).containsExactly(PublishOutcome.DROPPED, PublishOutcome.ACKNOWLEDGED);
    }

    @Test
    void noReadingIsSentThatIsFiveMinutesOld() {
        gauge.publish("17").subscribe(outcomes::add);

        mqtt.advance(Duration.ofMinutes(5));
        mqtt.connect().block();

        assertThat(mqtt.published()).isEmpty();
        assertThat(outcomes).containsExactly(PublishOutcome.NOT_SENT);
    }
}
// #end
