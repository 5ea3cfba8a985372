/**
 * Internal, turns on the event loop. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.loop;

import org.jspecify.annotations.NullMarked;
