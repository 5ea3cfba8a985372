package io.reactivemqtt.samples;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import java.util.List;
import java.util.Locale;

/**
 * What one sensor measured.
 *
 * @param number counts from 1 over all sensors
 * @param sensor where it hangs
 * @param celsius in tenths of a degree, so that what is read back is what was sent
 */
record Reading(int number, String sensor, int celsius) {

    private static final List<String> SENSORS = List.of("kitchen", "cellar", "garden", "roof");

    /** Makes one up; the same for the same number. */
    static Reading of(int number) {
        int sensor = number % SENSORS.size();
        return new Reading(number, SENSORS.get(sensor), 215 - 60 * sensor + number * 7 % 20);
    }

    /** Returns the message that carries it: every other reading at QoS 2, the rest at QoS 1. */
    ApplicationMessage toMessage(String topicPrefix) {
        return ApplicationMessage.to(topicPrefix + "/" + sensor + "/temperature")
                .payload(Payload.utf8(number + " " + celsius)) // text() would declare it text, which only MQTT 5.0 can
                .qos(number % 2 == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE)
                .build();
    }

    /** Reads it back. */
    static Reading from(ReceivedMessage received) {
        List<String> levels = List.of(received.topicName().toString().split("/", -1));
        List<String> numbers = List.of(received.payload().asUtf8().split(" ", -1));
        return new Reading(
                Integer.parseInt(numbers.get(0)), levels.get(levels.size() - 2), Integer.parseInt(numbers.get(1)));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "#%-3d %-8s %5.1f C", number, sensor, celsius / 10.0);
    }
}
