/**
 * Internal: calls the application's observer, and shows it packets where it wants them. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.observation;

import org.jspecify.annotations.NullMarked;
