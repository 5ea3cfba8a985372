/** Session State as a log of changes: what has to be remembered so that a Session can go on (MQTT 5.0 §4.1). */
@NullMarked
package io.reactivemqtt.store;

import org.jspecify.annotations.NullMarked;
