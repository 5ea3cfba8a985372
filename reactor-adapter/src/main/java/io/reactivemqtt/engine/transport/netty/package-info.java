/**
 * Internal, the network by Netty. Not exported; it may change in any version.
 */
@NullMarked
package io.reactivemqtt.engine.transport.netty;

import org.jspecify.annotations.NullMarked;
