package io.reactivemqtt;

import io.reactivemqtt.check.Seconds;
import java.time.Duration;
import java.util.Objects;

/**
 * What the Server publishes for a client whose connection ends without a DISCONNECT (MQTT 5.0 §3.1.2.5).
 *
 * @param message the message; its payload is at most 65,535 bytes
 * @param delay how long the Server waits before it publishes it: whole seconds, 0 to 4,294,967,295; MQTT 3.1.1 has none
 */
public record Will(ApplicationMessage message, Duration delay) {

    /**
     * Checks size, delay and Response Topic.
     *
     * @throws IllegalArgumentException if one is out of its range, or the Response Topic is no Topic Name
     */
    public Will {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(delay, "delay");
        if (message.payload().size() > 65_535) {
            throw new IllegalArgumentException("the Will Payload is longer than 65,535 bytes");
        }
        if (message.properties().unusableResponseTopic() != null) {
            throw new IllegalArgumentException("the Response Topic of the Will is no Topic Name [MQTT-3.3.2-14]");
        }
        Seconds.require(delay, 0xFFFF_FFFFL, "the Will Delay Interval");
    }

    /** Returns a Will that is published at once. */
    public static Will of(ApplicationMessage message) {
        return new Will(message, Duration.ZERO);
    }
}
