package io.reactivemqtt.client;

import java.time.Duration;
import java.util.Objects;

/**
 * When a lost connection is made anew: after a random time between zero and a bound that doubles with each attempt ("full
 * jitter"), so that many clients do not come back at once.
 *
 * @param firstDelay the bound of the first attempt
 * @param longestDelay the bound never grows beyond this
 * @param resetAfter a connection that lasted this long starts the bound anew
 * @param enabled whether there are attempts at all
 */
public record ReconnectPolicy(Duration firstDelay, Duration longestDelay, Duration resetAfter, boolean enabled) {

    /** From 0.5 s to 2 min, anew after 60 s. */
    public static final ReconnectPolicy DEFAULT =
            new ReconnectPolicy(Duration.ofMillis(500), Duration.ofMinutes(2), Duration.ofSeconds(60), true);

    /** A lost connection stays lost until {@code connect()} is called again. */
    public static final ReconnectPolicy NONE =
            new ReconnectPolicy(DEFAULT.firstDelay, DEFAULT.longestDelay, DEFAULT.resetAfter, false);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a delay is not longer than zero, or the first is longer than the longest
     */
    public ReconnectPolicy {
        Objects.requireNonNull(firstDelay, "firstDelay");
        Objects.requireNonNull(longestDelay, "longestDelay");
        Objects.requireNonNull(resetAfter, "resetAfter");
        if (firstDelay.isZero() || firstDelay.isNegative() || longestDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "the delays are longer than zero, the first at most as long as the longest: " + firstDelay + ", "
                            + longestDelay);
        }
    }

    /** Returns this policy with other bounds. */
    public ReconnectPolicy withDelays(Duration first, Duration longest) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        return new ReconnectPolicy(first, longest, resetAfter, enabled);
    }
}
