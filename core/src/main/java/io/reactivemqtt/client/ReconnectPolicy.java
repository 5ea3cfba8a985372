package io.reactivemqtt.client;

import java.time.Duration;
import java.util.Objects;

/**
 * When a lost connection is re-established: after a random time between zero and a bound that doubles with each attempt ("full
 * jitter"), so that many clients do not come back at once.
 *
 * <p>Immutable; each {@code with} method returns a changed copy.
 */
public final class ReconnectPolicy {

    /** From 0.5 s to 2 min, anew after 60 s. */
    public static final ReconnectPolicy DEFAULT =
            new ReconnectPolicy(Duration.ofMillis(500), Duration.ofMinutes(2), Duration.ofSeconds(60), true);

    /** A lost connection stays lost until {@code connect()} is called again. */
    public static final ReconnectPolicy NONE =
            new ReconnectPolicy(DEFAULT.firstDelay, DEFAULT.longestDelay, DEFAULT.resetAfter, false);

    private final Duration firstDelay;
    private final Duration longestDelay;
    private final Duration resetAfter;
    private final boolean enabled;

    private ReconnectPolicy(Duration firstDelay, Duration longestDelay, Duration resetAfter, boolean enabled) {
        this.firstDelay = firstDelay;
        this.longestDelay = longestDelay;
        this.resetAfter = resetAfter;
        this.enabled = enabled;
    }

    /** Returns the bound of the first attempt. */
    public Duration firstDelay() {
        return firstDelay;
    }

    /** Returns what the bound never grows beyond. */
    public Duration longestDelay() {
        return longestDelay;
    }

    /** Returns how long a connection has to last so that the next bound is that of a first attempt. */
    public Duration resetAfter() {
        return resetAfter;
    }

    /** Returns whether there are attempts at all. */
    public boolean enabled() {
        return enabled;
    }

    /**
     * Returns this policy with other bounds.
     *
     * @throws IllegalArgumentException if a delay is not longer than zero, or the first is longer than the longest
     */
    public ReconnectPolicy withDelays(Duration first, Duration longest) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (first.isZero() || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the delays are longer than zero, the first at most as long as the longest: " + first + ", "
                            + longest);
        }
        return new ReconnectPolicy(first, longest, resetAfter, enabled);
    }

    /** Returns this policy with another time that a connection has to last so that the next attempt counts as the first. */
    public ReconnectPolicy withResetAfter(Duration time) {
        Objects.requireNonNull(time, "time");
        return new ReconnectPolicy(firstDelay, longestDelay, time, enabled);
    }

    @Override
    public String toString() {
        return enabled ? "ReconnectPolicy[" + firstDelay + " to " + longestDelay + "]" : "ReconnectPolicy[none]";
    }
}
