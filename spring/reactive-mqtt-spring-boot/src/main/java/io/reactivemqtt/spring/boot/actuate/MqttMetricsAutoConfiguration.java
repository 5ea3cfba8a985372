package io.reactivemqtt.spring.boot.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.reactivemqtt.micrometer.MqttMeters;
import io.reactivemqtt.micrometer.ObservedSessionStore;
import io.reactivemqtt.spring.boot.MqttClientDecorator;
import io.reactivemqtt.spring.boot.MqttClients;
import io.reactivemqtt.spring.boot.autoconfigure.MqttAutoConfiguration;
import io.reactivemqtt.store.SessionStore;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters of each client, and a timer for its store. */
@AutoConfiguration(
        after = MqttAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass({MeterRegistry.class, MqttMeters.class})
@ConditionalOnBean({MeterRegistry.class, MqttClients.class})
public final class MqttMetricsAutoConfiguration {

    /** Made by the container. */
    MqttMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "mqttMeters")
    MeterBinder mqttMeters(MqttClients clients) {
        return registry -> clients.byName().forEach((name, client) -> new MqttMeters(client, name).bindTo(registry));
    }

    @Bean
    @ConditionalOnMissingBean(name = "mqttStoreTimer")
    MqttClientDecorator mqttStoreTimer(MeterRegistry registry) {
        return new MqttClientDecorator() {
            @Override
            public SessionStore decorate(String name, SessionStore store) {
                return ObservedSessionStore.observe(store, registry, Tags.of("client", name));
            }
        };
    }
}
