/**
 * Bytes to packets and back, in both versions of MQTT: strict, bounded, incremental, on {@link java.nio.ByteBuffer}.
 *
 * <p>Topic Aliases live here and nowhere else: they are a compression of the wire, so no packet without its Topic Name ever
 * reaches the session or a store.
 */
@NullMarked
package io.reactivemqtt.codec;

import org.jspecify.annotations.NullMarked;
