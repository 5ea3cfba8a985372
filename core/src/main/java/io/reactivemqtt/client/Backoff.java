package io.reactivemqtt.client;

import java.time.Duration;
import java.util.Objects;

/** How long to wait at most before each of several attempts in a row. */
@FunctionalInterface
public interface Backoff {

    /**
     * Returns the longest wait before an attempt. Called on the client's event loop, so it MUST NOT block; what is negative counts
     * as zero.
     *
     * @param attempt counts from 1
     */
    Duration bound(int attempt);

    /**
     * Returns a bound that doubles with each attempt.
     *
     * @param first the one of the first attempt
     * @param longest beyond which it does not grow
     * @throws IllegalArgumentException if one is not positive, or the first is longer than the longest
     */
    static Backoff exponential(Duration first, Duration longest) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (first.isZero() || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the delays are longer than zero, the first at most as long as the longest: " + first + ", "
                            + longest);
        }
        return new ExponentialBackoff(first, longest);
    }

    /**
     * Returns the same bound for each attempt.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    static Backoff fixed(Duration bound) {
        Objects.requireNonNull(bound, "bound");
        return exponential(bound, bound);
    }
}
