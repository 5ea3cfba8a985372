/**
 * How packets reach the Server and come back, as a seam: the engine knows these interfaces, Netty stands behind them.
 *
 * <p>Everything here happens on the client's one {@link io.reactivemqtt.reactor.transport.Loop}.
 */
@NullMarked
package io.reactivemqtt.reactor.transport;

import org.jspecify.annotations.NullMarked;
