/**
 * Internal, the engine: composes the rooms below it and does what the session wants done. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine;

import org.jspecify.annotations.NullMarked;
