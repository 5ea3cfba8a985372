/**
 * Shows what becomes of messages when the process dies: {@link io.reactivemqtt.reliability.KillHarness} kills processes that send
 * and receive through mosquitto, starts new ones over the same session store, and counts by a truth of its own.
 */
@NullMarked
package io.reactivemqtt.reliability;

import org.jspecify.annotations.NullMarked;
