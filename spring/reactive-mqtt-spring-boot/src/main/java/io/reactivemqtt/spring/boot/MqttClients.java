package io.reactivemqtt.spring.boot;

import io.reactivemqtt.reactor.ReactorMqttClient;
import java.util.Map;

/** The clients of the application; a bean. */
public interface MqttClients {

    /**
     * Returns them by their names: those of {@code reactive-mqtt.clients}, {@link MqttConsumer#DEFAULT_CLIENT} where there is but one, or
     * the names of the beans that the application has made. The primary one is the first.
     */
    Map<String, ReactorMqttClient> byName();
}
