package io.reactivemqtt.spring.boot.autoconfigure;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which clients there are.
 *
 * @param enabled Whether there are clients and consumers at all.
 * @param primary Which of several clients is the primary one. Default: the first.
 * @param clients Clients by their names, if there are several. Each may have all settings that stand beside
 *     this for all clients, which it has where it does not say otherwise.
 */
@ConfigurationProperties("reactive-mqtt")
record MqttClientsProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String primary,
        @DefaultValue Map<String, MqttClientProperties> clients) {}
