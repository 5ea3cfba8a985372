/**
 * The MQTT session as a state machine: packets, requests and the time go in, outputs come out.
 *
 * <p>Nothing here does I/O, reads a clock, starts a thread or knows Reactor or Netty. Not thread-safe: one thread at a time
 * calls a {@link io.reactivemqtt.session.Session}, and seeing to that is the engine's job.
 */
@NullMarked
package io.reactivemqtt.session;

import org.jspecify.annotations.NullMarked;
