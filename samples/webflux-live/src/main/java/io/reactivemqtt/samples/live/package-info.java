/** A service that people look at: readings of sensors are stored, shown as they arrive, and asked for. */
@NullMarked
package io.reactivemqtt.samples.live;

import org.jspecify.annotations.NullMarked;
