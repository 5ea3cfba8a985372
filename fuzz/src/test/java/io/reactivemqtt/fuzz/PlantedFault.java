package io.reactivemqtt.fuzz;

import io.reactivemqtt.TopicName;
import java.nio.charset.StandardCharsets;

/** A target that some bytes break, of which Jazzer has to find out how they begin. */
public final class PlantedFault {

    private PlantedFault() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Promise.that(!(TopicName.isValid(text) && text.startsWith("bug")), "a bug");
    }
}
