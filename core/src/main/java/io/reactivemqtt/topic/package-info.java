/** Which subscriptions a Topic Name matches (MQTT 5.0 §4.7). */
@NullMarked
package io.reactivemqtt.topic;

import org.jspecify.annotations.NullMarked;
