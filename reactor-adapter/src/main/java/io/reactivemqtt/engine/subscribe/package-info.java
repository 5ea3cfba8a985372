/**
 * Internal, subscribers, which message goes to which, and what nobody took. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.subscribe;

import org.jspecify.annotations.NullMarked;
