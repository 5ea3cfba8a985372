package io.reactivemqtt.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Meters say what the statistics and the state of their client say. */
class MqttMetersTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final FakeMqttClient client = FakeMqttClient.create();

    MqttMetersTest() {
        new MqttMeters(client, "orders", Tags.of("region", "north")).bindTo(registry);
    }

    @Test
    void aClientIsConnectedOrNot() {
        assertThat(gauge("connected")).isZero();

        client.connect().block();

        assertThat(gauge("connected")).isEqualTo(1);
    }

    @Test
    void whatWaitsIsCountedInMessagesAndBytes() {
        client.publish(ApplicationMessage.of("a/b", "1234", Qos.AT_LEAST_ONCE)).subscribe();

        assertThat(gauge("queued.messages")).isEqualTo(1);
        assertThat(gauge("queued.bytes")).isEqualTo(7);
        assertThat(registry.get("mqtt.client.queued.bytes").gauge().getId().getBaseUnit())
                .isEqualTo("bytes");
    }

    @Test
    void whatIsInFlightIsCountedByDirectionAndHasAnAge() {
        client.connect().block();
        client.answerPublish(message -> null);
        client.publish(ApplicationMessage.of("a/b", "", Qos.AT_LEAST_ONCE)).subscribe();
        client.consume("in/#", Qos.AT_LEAST_ONCE, message -> Mono.never()).subscribe();
        client.deliver("in/1", "", Qos.AT_LEAST_ONCE);
        client.deliver("in/2", "", Qos.AT_LEAST_ONCE);
        client.advance(Duration.ofSeconds(3));
        client.deliver("in/3", "", Qos.AT_LEAST_ONCE);

        assertThat(registry.get("mqtt.client.in.flight")
                        .tag("direction", "outgoing")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("mqtt.client.in.flight")
                        .tag("direction", "incoming")
                        .gauge()
                        .value())
                .isEqualTo(3);
        assertThat(registry.get("mqtt.client.oldest.unacknowledged").timeGauge().value(TimeUnit.SECONDS))
                .isEqualTo(3);
    }

    @Test
    void whatHasHappenedIsCounted() {
        client.connect().block();
        client.consume("in/#", Qos.AT_LEAST_ONCE, message -> Mono.error(new IllegalStateException()))
                .onErrorComplete()
                .subscribe();
        client.publish(ApplicationMessage.of("a/b", "", Qos.AT_LEAST_ONCE)).block();
        client.deliver("in/1", "", Qos.AT_LEAST_ONCE);
        client.loseConnection();
        client.advance(Duration.ofMinutes(1));

        assertThat(counted("published")).isEqualTo(1);
        assertThat(counted("received")).isGreaterThanOrEqualTo(1);
        assertThat(counted("handler.failures")).isEqualTo(1);
        assertThat(counted("handed.back")).isEqualTo(client.statistics().handedBack());
        assertThat(counted("reconnects")).isEqualTo(1);
        assertThat(counted("dropped")).isEqualTo(client.statistics().dropped());
        assertThat(counted("dead.lettered")).isZero();
    }

    @Test
    void allHaveTheClientAndTheTagsOfTheApplicationAndADescription() {
        assertThat(registry.getMeters()).hasSize(13).allSatisfy(meter -> {
            Meter.Id id = meter.getId();
            assertThat(id.getTags()).contains(Tag.of("client", "orders"), Tag.of("region", "north"));
            assertThat(id.getDescription()).isNotBlank();
        });
    }

    private double gauge(String name) {
        return registry.get("mqtt.client." + name).gauge().value();
    }

    private long counted(String name) {
        return (long) registry.get("mqtt.client." + name).functionCounter().count();
    }
}
