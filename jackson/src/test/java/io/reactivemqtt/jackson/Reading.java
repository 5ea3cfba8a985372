package io.reactivemqtt.jackson;

/** What the tests send; it is not colder than can be, and says so by naming what it got. */
public record Reading(String sensor, double celsius) {

    /** Refuses what is too cold. */
    public Reading {
        if (celsius < -273.15) {
            throw new IllegalArgumentException("canary-value " + sensor + " " + celsius);
        }
    }
}
