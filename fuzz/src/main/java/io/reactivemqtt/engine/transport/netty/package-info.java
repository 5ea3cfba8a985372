/** What is fuzzed of the transport. */
@NullMarked
package io.reactivemqtt.engine.transport.netty;

import org.jspecify.annotations.NullMarked;
