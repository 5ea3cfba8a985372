/**
 * Internal, the connection to the Server, one after the other. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.connection;

import org.jspecify.annotations.NullMarked;
