package io.reactivemqtt.spring.boot;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionStore;

/**
 * Wraps clients that are made of properties, and their session stores, before anybody gets them. Beans of this type are called in their
 * {@linkplain org.springframework.core.annotation.Order order}; the last is the outermost.
 */
public interface MqttClientDecorator {

    /**
     * Returns what the application works with in place of {@code client}.
     *
     * @param name that of the client, as {@link MqttClients} knows it
     */
    default ReactorMqttClient decorate(String name, ReactorMqttClient client) {
        return client;
    }

    /**
     * Returns what the client works with in place of {@code store}.
     *
     * @param name that of the client, as {@link MqttClients} knows it
     */
    default SessionStore decorate(String name, SessionStore store) {
        return store;
    }
}
