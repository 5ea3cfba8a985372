/**
 * Internal, messages from the application on their way into the session. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.publish;

import org.jspecify.annotations.NullMarked;
