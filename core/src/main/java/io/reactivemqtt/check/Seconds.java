package io.reactivemqtt.check;

import java.time.Duration;

/** Intervals that travel as whole seconds. */
public final class Seconds {

    private Seconds() {}

    /**
     * Returns {@code interval}.
     *
     * @throws IllegalArgumentException if it is no whole number of seconds from 0 to {@code maximum}
     */
    public static Duration require(Duration interval, long maximum, String what) {
        if (interval.isNegative() || interval.getSeconds() > maximum || interval.getNano() != 0) {
            throw new IllegalArgumentException(
                    what + " is a whole number of seconds from 0 to " + maximum + ", not " + interval);
        }
        return interval;
    }
}
