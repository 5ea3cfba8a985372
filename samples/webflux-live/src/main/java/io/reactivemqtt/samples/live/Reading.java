package io.reactivemqtt.samples.live;

/**
 * What a sensor has measured.
 *
 * @param number counted by the sensor, from 1
 */
record Reading(String sensor, long number, double celsius) {}
