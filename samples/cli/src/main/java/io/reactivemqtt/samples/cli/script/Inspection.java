package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.client.MessageInFlight;
import io.reactivemqtt.client.SessionInspection;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What stands in a Session, and what a client has done, as the protocol has it. */
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

    static ObjectNode of(ClientStatistics statistics) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("queuedMessages", statistics.queuedMessages())
                .put("queuedBytes", statistics.queuedBytes())
                .put("outgoingInFlight", statistics.outgoingInFlight())
                .put("incomingUnacknowledged", statistics.incomingUnacknowledged())
                .put("oldestUnacknowledgedMs", statistics.oldestUnacknowledged().toMillis())
                .put("published", statistics.published())
                .put("received", statistics.received())
                .put("reconnects", statistics.reconnects())
                .put("dropped", statistics.dropped())
                .put("handedBack", statistics.handedBack())
                .put("handlerFailures", statistics.handlerFailures())
                .put("deadLettered", statistics.deadLettered());
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
