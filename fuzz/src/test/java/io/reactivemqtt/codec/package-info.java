/** Packets of the codec's tests, for seeds. */
@NullMarked
package io.reactivemqtt.codec;

import org.jspecify.annotations.NullMarked;
