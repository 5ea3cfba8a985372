package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.packet.Publish;

/** Messages for tests, whose payloads are looked for in all that tests print. */
final class Messages {

    private Messages() {}

    static ApplicationMessage qos0(String topic) {
        return ApplicationMessage.of(topic, "canary-" + topic, Qos.AT_MOST_ONCE);
    }

    static ApplicationMessage qos1(String topic) {
        return ApplicationMessage.of(topic, "canary-" + topic, Qos.AT_LEAST_ONCE);
    }

    static ApplicationMessage qos2(String topic) {
        return ApplicationMessage.of(topic, "canary-" + topic, Qos.EXACTLY_ONCE);
    }

    static Publish publish0(String topic) {
        return new Publish(qos0(topic), 0, false);
    }

    static Publish publish1(String topic, int packetIdentifier) {
        return new Publish(qos1(topic), packetIdentifier, false);
    }

    static Publish publish2(String topic, int packetIdentifier) {
        return new Publish(qos2(topic), packetIdentifier, false);
    }
}
