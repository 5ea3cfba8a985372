/**
 * The words of MQTT that users and every other package speak: messages, topics, Reason Codes.
 *
 * <p>Values are immutable, refuse nonsense when they are made, and may be shared between threads.
 */
@NullMarked
package io.reactivemqtt;

import org.jspecify.annotations.NullMarked;
