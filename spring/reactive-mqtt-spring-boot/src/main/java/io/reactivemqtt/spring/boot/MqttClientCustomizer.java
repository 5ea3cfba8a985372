package io.reactivemqtt.spring.boot;

import io.reactivemqtt.client.ClientOptions;

/**
 * Changes the options of clients before they are made, for what no property says. Beans of this type are called in their {@linkplain
 * org.springframework.core.annotation.Order order}, after the properties.
 */
@FunctionalInterface
public interface MqttClientCustomizer {

    /**
     * Changes the options of one client.
     *
     * @param client its name among {@code reactive-mqtt.clients}, or {@link MqttConsumer#DEFAULT_CLIENT}
     */
    void customize(String client, ClientOptions.Builder options);
}
