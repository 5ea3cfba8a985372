package io.reactivemqtt.spring.boot.autoconfigure;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which clients there are.
 *
 * @param enabled Whether there are clients and consumers at all.
 * @param clients Clients by their names, if there are several. The first is the primary one. Each may have all settings that stand beside
 *     this for all clients, which it has where it does not say otherwise.
 */
@ConfigurationProperties("reactive-mqtt")
record MqttClientsProperties(
        @DefaultValue("true") boolean enabled, @DefaultValue Map<String, MqttClientProperties> clients) {}
