/**
 * Internal, the seam to the network. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.transport;

import org.jspecify.annotations.NullMarked;
