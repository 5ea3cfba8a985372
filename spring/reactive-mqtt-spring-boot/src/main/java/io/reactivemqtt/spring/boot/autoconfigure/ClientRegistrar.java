package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.reactor.ReactorMqttClient;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** Makes a bean of each client that the properties name; the first is the primary one. */
final class ClientRegistrar implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        boolean isFirst = true;
        for (ClientSettings settings : ClientSettings.of(environment).values()) {
            boolean isPrimary = isFirst;
            registry.registerBean(settings.beanName(), ReactorMqttClient.class, bean -> {
                if (isPrimary) {
                    bean.primary();
                }
                bean.description("MQTT client of " + settings.prefix())
                        .supplier(context -> context.bean(ClientFactory.class).create(settings));
            });
            isFirst = false;
        }
    }
}
