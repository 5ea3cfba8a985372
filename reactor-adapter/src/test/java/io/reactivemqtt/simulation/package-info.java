/**
 * Deterministic simulation: the real client, engine and session, with a Server, a network, a store, an application and clocks
 * that are models, and of which any may fail at any step. One seed decides everything, so that what went wrong once goes wrong
 * again.
 */
@NullMarked
package io.reactivemqtt.simulation;

import org.jspecify.annotations.NullMarked;
