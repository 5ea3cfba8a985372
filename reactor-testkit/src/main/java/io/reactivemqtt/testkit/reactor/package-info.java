/**
 * The client with a Server in memory: what an application does with a client is tested without threads and sockets, in virtual
 * time. See {@link io.reactivemqtt.testkit.reactor.FakeMqttClient}.
 */
@NullMarked
package io.reactivemqtt.testkit.reactor;

import org.jspecify.annotations.NullMarked;
