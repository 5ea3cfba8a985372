package io.reactivemqtt;

import io.reactivemqtt.check.Seconds;
import java.time.Duration;
import java.util.Objects;

/** What the Server publishes for a client whose connection ends without a DISCONNECT (MQTT 5.0 §3.1.2.5). Immutable. */
public final class Will {

    private final ApplicationMessage message;
    private final Duration delay;

    private Will(ApplicationMessage message, Duration delay) {
        this.message = message;
        this.delay = delay;
    }

    /**
     * Returns a Will that is published at once.
     *
     * @param message its payload is at most 65,535 bytes
     * @throws IllegalArgumentException if the payload is longer, or the Response Topic is no Topic Name
     */
    public static Will of(ApplicationMessage message) {
        Objects.requireNonNull(message, "message");
        if (message.payload().size() > 65_535) {
            throw new IllegalArgumentException("the Will Payload is longer than 65,535 bytes");
        }
        if (message.properties().unusableResponseTopic() != null) {
            throw new IllegalArgumentException("the Response Topic of the Will is no Topic Name [MQTT-3.3.2-14]");
        }
        return new Will(message, Duration.ZERO);
    }

    /**
     * Returns this Will, published later (MQTT 5.0 §3.1.3.2.2); MQTT 3.1.1 has no delay.
     *
     * @param delay how long the Server waits: whole seconds, 0 to 4,294,967,295
     * @throws IllegalArgumentException if it is not
     */
    public Will withDelay(Duration delay) {
        Objects.requireNonNull(delay, "delay");
        return new Will(message, Seconds.require(delay, 0xFFFF_FFFFL, "the Will Delay Interval"));
    }

    /** Returns what is published. */
    public ApplicationMessage message() {
        return message;
    }

    /** Returns how long the Server waits before it publishes it. */
    public Duration delay() {
        return delay;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Will will && message.equals(will.message) && delay.equals(will.delay);
    }

    @Override
    public int hashCode() {
        return Objects.hash(message, delay);
    }

    @Override
    public String toString() {
        return "Will[" + message + ", delay=" + delay + "]";
    }
}
