package io.reactivemqtt.spring.boot.connection;

import java.net.URI;
import java.util.function.IntUnaryOperator;

/** The ports on which Servers listen in their containers. */
final class MqttPorts {

    static final int MQTT = 1883;
    static final int MQTTS = 8883;

    private MqttPorts() {}

    /** Returns the URI of a Server whose ports are mapped. */
    static URI uri(String host, IntUnaryOperator mapped, boolean isSecure) {
        return isSecure
                ? URI.create("mqtts://" + host + ":" + mapped.applyAsInt(MQTTS))
                : URI.create("mqtt://" + host + ":" + mapped.applyAsInt(MQTT));
    }
}
