/**
 * What a {@link io.reactivemqtt.reactor.ReactorMqttClient} does, for Micrometer; without Spring.
 *
 * <p>{@link io.reactivemqtt.micrometer.MqttMeters} reads a client's numbers, {@link io.reactivemqtt.micrometer.ObservedSessionStore} times
 * its store, and {@link io.reactivemqtt.micrometer.ObservedMqttClient} observes each message that is published or processed, and carries
 * the trace over User Properties. Nothing here has a Topic Name as the tag of a meter.
 */
@NullMarked
package io.reactivemqtt.micrometer;

import org.jspecify.annotations.NullMarked;
