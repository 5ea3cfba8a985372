package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClients;
import io.reactivemqtt.spring.boot.MqttConsumers;
import io.reactivemqtt.spring.boot.autoconfigure.MqttAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeReactiveHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.context.annotation.Bean;

/** The health {@code mqtt}, of each client where there are several, and {@code mqttConsumers}. Neither is part of readiness. */
@AutoConfiguration(after = MqttAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(MqttClients.class)
@ConditionalOnEnabledHealthIndicator("mqtt")
public final class MqttHealthAutoConfiguration
        extends CompositeReactiveHealthContributorConfiguration<MqttHealthIndicator, ReactorMqttClient> {

    /** Made by the container. */
    MqttHealthAutoConfiguration() {
        super(MqttHealthIndicator::new);
    }

    @Bean
    @ConditionalOnMissingBean(name = "mqttHealthContributor")
    ReactiveHealthContributor mqttHealthContributor(MqttClients clients) {
        return createContributor(clients.byName());
    }

    @Bean
    @ConditionalOnBean(MqttConsumers.class)
    @ConditionalOnMissingBean
    MqttConsumersHealthIndicator mqttConsumersHealthIndicator(MqttConsumers consumers) {
        return new MqttConsumersHealthIndicator(consumers);
    }
}
