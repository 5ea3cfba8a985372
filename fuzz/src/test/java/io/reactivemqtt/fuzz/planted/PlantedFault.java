package io.reactivemqtt.fuzz.planted;

import io.reactivemqtt.fuzz.Promise;

/** A target that some bytes break, of which Jazzer has to find out how they begin. */
public final class PlantedFault {

    private PlantedFault() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        boolean broken = input.length > 2 && input[0] == 'b' && input[1] == 'u' && input[2] == 'g';
        Promise.that(!broken, "a bug");
    }
}
