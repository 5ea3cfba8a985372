package io.reactivemqtt;

import java.time.Duration;

/** Intervals that travel as whole seconds. */
final class Seconds {

    private Seconds() {}

    static Duration require(Duration interval, long maximum, String what) {
        if (interval.isNegative() || interval.getSeconds() > maximum || interval.getNano() != 0) {
            throw new IllegalArgumentException(
                    what + " is a whole number of seconds from 0 to " + maximum + ", not " + interval);
        }
        return interval;
    }
}
