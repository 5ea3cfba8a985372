package io.reactivemqtt.spring.boot.connection;

import java.net.URI;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The images of Servers, and where those listen. */
final class MqttImages {

    static final List<String> NAMES = List.of(
            "eclipse-mosquitto", "emqx", "emqx/emqx", "hivemq/hivemq-ce", "hivemq/hivemq4", "hivemq/hivemq-edge");

    private static final int MQTT = 1883;
    private static final int MQTTS = 8883;

    private MqttImages() {}

    /** Returns the URI of a Server whose ports are mapped. */
    static URI uri(String host, IntUnaryOperator mapped, boolean isSecure) {
        return isSecure
                ? URI.create("mqtts://" + host + ":" + mapped.applyAsInt(MQTTS))
                : URI.create("mqtt://" + host + ":" + mapped.applyAsInt(MQTT));
    }
}
