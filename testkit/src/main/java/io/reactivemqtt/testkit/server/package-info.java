/**
 * Servers for tests of MQTT clients. They need Netty, which comes with the client, 4.1 or 4.2.
 *
 * <p>{@link io.reactivemqtt.testkit.server.ScriptedServer} does what a test tells it to, packet by packet and byte by byte;
 * {@link io.reactivemqtt.testkit.server.MqttServer} runs one suite of tests against several real Servers.
 */
@NullMarked
package io.reactivemqtt.testkit.server;

import org.jspecify.annotations.NullMarked;
