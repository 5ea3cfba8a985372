package io.reactivemqtt.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.reactivemqtt.micrometer.ObservedMqttClient;
import io.reactivemqtt.micrometer.ObservedSessionStore;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClientDecorator;
import io.reactivemqtt.spring.boot.autoconfigure.Applications;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Meters and observations of clients, where the application looks at them. */
class MetricsTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    private ApplicationContextRunner application() {
        return Applications.offline()
                .withConfiguration(AutoConfigurations.of(
                        MqttMetricsAutoConfiguration.class, MqttObservationAutoConfiguration.class))
                .withBean(MeterRegistry.class, () -> meters);
    }

    @Test
    void eachClientHasItsMeters() {
        application()
                .withPropertyValues("reactive-mqtt.clients.a.keep-alive=30s", "reactive-mqtt.clients.b.keep-alive=30s")
                .run(context -> {
                    context.getBean("mqttMeters", MeterBinder.class).bindTo(meters);
                    for (String client : new String[] {"a", "b"}) {
                        assertThat(meters.get("mqtt.client.connected")
                                        .tag("client", client)
                                        .gauge()
                                        .value())
                                .isZero();
                    }
                });
    }

    @Test
    void theStoreIsTimed(@TempDir Path directory) {
        application()
                .withPropertyValues(
                        "reactive-mqtt.client-id=gateway",
                        "reactive-mqtt.session.expiry=1d",
                        "reactive-mqtt.session.store=sqlite",
                        "reactive-mqtt.session.sqlite.path=" + directory.resolve("new/sessions.db"))
                .run(context -> assertThat(context.getBean(ReactorMqttClient.class)
                                .options()
                                .sessionStore())
                        .isInstanceOf(ObservedSessionStore.class));
    }

    @Test
    void messagesAreObservedWhereThereIsARegistryAndElseTheClientIsAsItIs() {
        application()
                .withBean(ObservationRegistry.class, TestObservationRegistry::create)
                .run(context ->
                        assertThat(context.getBean(ReactorMqttClient.class)).isInstanceOf(ObservedMqttClient.class));
        application().run(context -> assertThat(context.getBean(ReactorMqttClient.class))
                .isNotInstanceOf(ObservedMqttClient.class));
        application()
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(context -> assertThat(context.getBean(ReactorMqttClient.class))
                        .as("nobody looks at it")
                        .isNotInstanceOf(ObservedMqttClient.class));
    }

    @Test
    void withoutMicrometerThereIsNothingOfIt() {
        application()
                .withClassLoader(new FilteredClassLoader("io.reactivemqtt.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MqttClientDecorator.class));
    }
}
