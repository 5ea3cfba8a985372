/**
 * Internal, the one way into the session, and the session store. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.state;

import org.jspecify.annotations.NullMarked;
