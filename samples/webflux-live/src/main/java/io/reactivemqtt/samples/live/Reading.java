package io.reactivemqtt.samples.live;

/**
 * What a sensor has measured.
 *
 * @param number counted by the sensor, from 1
 */
record Reading(String sensor, long number, double celsius) {

    private static final int LONGEST_NAME = 64;

    Reading {
        if (sensor == null || sensor.isEmpty() || sensor.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a sensor has a name of at most " + LONGEST_NAME + " characters");
        }
    }
}
