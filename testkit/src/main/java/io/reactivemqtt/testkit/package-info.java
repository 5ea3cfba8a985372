/**
 * Servers for tests of MQTT clients.
 *
 * <p>{@link io.reactivemqtt.testkit.ScriptedServer} does what a test tells it to, packet by packet and byte by byte;
 * {@link io.reactivemqtt.testkit.MqttServer} runs one suite of tests against several real Servers;
 * {@link io.reactivemqtt.testkit.LeakGate} fails a run that lost one of Netty's buffers.
 */
@NullMarked
package io.reactivemqtt.testkit;

import org.jspecify.annotations.NullMarked;
