/**
 * Session State as a log of changes, and where it is kept: what has to be remembered so that a Session can go on (MQTT 5.0
 * §4.1). Implement {@link io.reactivemqtt.store.SessionStore} to keep it wherever you like.
 */
@NullMarked
package io.reactivemqtt.store;

import org.jspecify.annotations.NullMarked;
