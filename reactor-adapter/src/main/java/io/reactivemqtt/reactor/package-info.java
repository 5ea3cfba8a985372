/**
 * The client as {@link reactor.core.publisher.Flux} and {@link reactor.core.publisher.Mono}, and the engine behind it.
 *
 * <p>Start at {@link io.reactivemqtt.reactor.ReactorMqttClient}. Only the engine calls the session, on the client's one event
 * loop; nothing in this package blocks or waits.
 */
@NullMarked
package io.reactivemqtt.reactor;

import org.jspecify.annotations.NullMarked;
