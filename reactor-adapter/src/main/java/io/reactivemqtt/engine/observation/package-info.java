/**
 * Internal: what an observer hears, so that nobody else is disturbed by it. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.observation;

import org.jspecify.annotations.NullMarked;
