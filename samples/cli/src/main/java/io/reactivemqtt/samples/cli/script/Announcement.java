package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.packet.ConnAck;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** CONNACK as the protocol has it: what the Server did not say is not there. */
final class Announcement {

    private Announcement() {}

    static ObjectNode of(ConnAck connAck) {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("sessionPresent", connAck.sessionPresent());
        ObjectNode props = result.putObject("props");
        put(props, "sessionExpiryInterval", connAck.sessionExpiryIntervalSeconds());
        put(props, "receiveMaximum", connAck.receiveMaximum());
        if (connAck.maximumQos() != null) {
            props.put("maximumQos", connAck.maximumQos().level());
        }
        put(props, "retainAvailable", connAck.retainAvailable());
        put(props, "maximumPacketSize", connAck.maximumPacketSize());
        put(props, "assignedClientIdentifier", connAck.assignedClientIdentifier());
        put(props, "topicAliasMaximum", connAck.topicAliasMaximum());
        put(props, "reasonString", connAck.reasonString());
        Messages.putUserProperties(props, connAck.userProperties());
        put(props, "wildcardSubscriptionAvailable", connAck.wildcardSubscriptionAvailable());
        put(props, "subscriptionIdentifiersAvailable", connAck.subscriptionIdentifiersAvailable());
        put(props, "sharedSubscriptionAvailable", connAck.sharedSubscriptionAvailable());
        put(props, "serverKeepAlive", connAck.serverKeepAliveSeconds());
        put(props, "responseInformation", connAck.responseInformation());
        put(props, "serverReference", connAck.serverReference());
        put(props, "authenticationMethod", connAck.authenticationMethod());
        if (connAck.authenticationData() != null) {
            props.put("authenticationData", Messages.base64(connAck.authenticationData()));
        }
        return result;
    }

    private static void put(ObjectNode props, String name, @Nullable Object value) {
        if (value != null) {
            props.putPOJO(name, value);
        }
    }
}
