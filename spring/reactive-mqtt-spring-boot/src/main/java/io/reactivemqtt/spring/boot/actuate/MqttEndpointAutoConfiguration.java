package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.spring.boot.MqttClients;
import io.reactivemqtt.spring.boot.autoconfigure.MqttAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The endpoint {@code mqttsessions}. */
@AutoConfiguration(after = MqttAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(MqttClients.class)
@ConditionalOnAvailableEndpoint(MqttSessionsEndpoint.class)
public final class MqttEndpointAutoConfiguration {

    /** Made by the container. */
    MqttEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    MqttSessionsEndpoint mqttSessionsEndpoint(MqttClients clients) {
        return new MqttSessionsEndpoint(clients);
    }
}
