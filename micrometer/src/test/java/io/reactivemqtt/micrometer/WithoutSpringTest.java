package io.reactivemqtt.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the page about observability shows does what it says. */
@MqttServer(ServerKind.MOSQUITTO)
class WithoutSpringTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // #observe
    static ReactorMqttClient observed(ClientOptions options, SessionStore store, MeterRegistry meters) {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));

        SessionStore timed = ObservedSessionStore.observe(store, meters, Tags.of("client", "orders"));
        ReactorMqttClient client =
                ReactorMqttClient.create(options.mutate().sessionStore(timed).build());
        new MqttMeters(client, "orders").bindTo(meters);
        return ObservedMqttClient.observe(client, observations, "orders");
    }
    // #end

    @Test
    void metersComeFromTheClientItsStoreAndItsMessages(RunningServer server) {
        MeterRegistry meters = new SimpleMeterRegistry();
        ClientOptions options = ClientOptions.of(builder -> builder.server(server.uri())
                .clientIdentifier("orders-1")
                .sessionExpiryInterval(Duration.ofMinutes(1))
                .cleanStart(false));
        ReactorMqttClient client = observed(options, new InMemorySessionStore(), meters);

        client.connect().block(PATIENCE);
        client.publish(ApplicationMessage.of("orders/7", "1 cake", Qos.AT_LEAST_ONCE))
                .block(PATIENCE);

        assertThat(meters.get("mqtt.client.connected").gauge().value()).isEqualTo(1);
        assertThat(meters.get("mqtt.publish").tag("qos", "1").timer().count()).isEqualTo(1);
        assertThat(meters.get(ObservedSessionStore.APPEND)
                        .tag("outcome", "success")
                        .timer()
                        .count())
                .isPositive();
        client.disconnect().block(PATIENCE);
    }
}
