package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.spring.boot.MqttClients;
import io.reactivemqtt.spring.boot.autoconfigure.MqttAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The part {@code mqtt} of the endpoint {@code info}, if {@code management.info.mqtt.enabled} is set: many have that endpoint in public. */
@AutoConfiguration(after = MqttAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledInfoContributor.class)
@ConditionalOnBean(MqttClients.class)
@ConditionalOnEnabledInfoContributor(value = "mqtt", fallback = InfoContributorFallback.DISABLE)
public final class MqttInfoAutoConfiguration {

    /** Made by the container. */
    MqttInfoAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    MqttInfoContributor mqttInfoContributor(MqttClients clients) {
        return new MqttInfoContributor(clients);
    }
}
