package io.reactivemqtt.engine.transport;

import io.reactivemqtt.exception.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, made anew for each.
 *
 * @param number 1 for the first, and counted up until a connection was accepted
 * @param endpoint where to
 * @param lastFailure what the one before has failed with; null: none has
 */
public record Attempt(
        int number, Endpoint endpoint, @Nullable MqttException lastFailure) {}
