/**
 * The fifteen packets of MQTT as values, in the words of version 5.0; version 3.1.1 is the same types with less said.
 *
 * <p>A packet that can be made can be sent: the constructors refuse what the standard forbids any sender. What depends on the
 * peer or on the state of the Session is the session's business.
 */
@NullMarked
package io.reactivemqtt.packet;

import org.jspecify.annotations.NullMarked;
