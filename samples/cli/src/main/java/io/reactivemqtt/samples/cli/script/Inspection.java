package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.MessageInFlight;
import io.reactivemqtt.client.SessionInspection;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What stands in a Session as the protocol has it. */
final class Inspection {

    private Inspection() {}

    static ObjectNode of(SessionInspection session) {
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("clientIdentifier", session.clientIdentifier())
                .put("connected", session.connected())
                .put("waiting", session.waiting());
        ArrayNode inFlight = result.putArray("inFlight");
        session.inFlight().forEach(message -> put(message, inFlight.addObject()));
        ArrayNode subscriptions = result.putArray("subscriptions");
        session.subscriptions().forEach(subscription -> put(subscription, subscriptions.addObject()));
        return result;
    }

    private static void put(MessageInFlight message, ObjectNode node) {
        if (message.sequence() > 0) {
            node.put("sequence", message.sequence());
        }
        node.put("direction", message.direction().name())
                .put("packetIdentifier", message.packetIdentifier())
                .put("qos", message.qos().level())
                .put(
                        "topic",
                        message.topicName() == null ? null : message.topicName().toString())
                .put("stage", message.stage().name())
                .put("ageMs", message.age().toMillis());
    }

    private static void put(TopicSubscription subscription, ObjectNode node) {
        node.put("filter", subscription.topicFilter().toString())
                .put("qos", subscription.qos().level())
                .put("nl", subscription.noLocal())
                .put("rap", subscription.retainAsPublished())
                .put("rh", subscription.retainHandling().value());
    }
}
