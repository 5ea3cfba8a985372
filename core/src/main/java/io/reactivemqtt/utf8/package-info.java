/** UTF-8 as the standard wants it: strict, bounded, without U+0000 (MQTT 5.0 §1.5.4). */
@NullMarked
package io.reactivemqtt.utf8;

import org.jspecify.annotations.NullMarked;
