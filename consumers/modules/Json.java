package com.example.consumer;

import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.jackson.JsonCodec;
import tools.jackson.databind.json.JsonMapper;

/** A value goes there and back, by the one Jackson that is on the module path. */
public final class Json {

    record Reading(String sensor, double celsius) {}

    private Json() {}

    public static void main(String[] arguments) {
        PayloadCodec<Reading> readings = JsonCodec.of(new JsonMapper(), Reading.class);
        Reading reading = new Reading("s", 20.5);
        if (readings.decode(readings.message("a", reading).build()).equals(reading)) {
            System.out.println("consumer: all is well");
        }
    }
}
