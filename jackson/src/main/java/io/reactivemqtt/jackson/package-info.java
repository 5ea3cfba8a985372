/**
 * Payloads that are JSON: {@link io.reactivemqtt.jackson.JsonCodec} by Jackson 3, {@link io.reactivemqtt.jackson.Jackson2JsonCodec} by
 * Jackson 2. Each needs the Jackson that it is named after, and not the other.
 */
@NullMarked
package io.reactivemqtt.jackson;

import org.jspecify.annotations.NullMarked;
