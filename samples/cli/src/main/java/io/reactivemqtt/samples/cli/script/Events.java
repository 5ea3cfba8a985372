package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.exception.MqttException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Session events as the protocol has them. */
final class Events {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Events() {}

    static ObjectNode of(String client, ClientEvent event) {
        ObjectNode node = JSON.objectNode();
        if (event instanceof ClientEvent.Connected connected) {
            return node.put("ev", "connected").put("client", client).put("sessionPresent", connected.sessionPresent());
        }
        if (event instanceof ClientEvent.Disconnected disconnected) {
            MqttException cause = disconnected.cause();
            ReasonCode reasonCode = cause == null ? null : cause.reasonCode();
            return node.put("ev", "disconnected")
                    .put("client", client)
                    .put("reason", reasonCode == null ? null : reasonCode.code())
                    .put("byServer", disconnected.byServer())
                    .put("cause", cause == null ? null : cause.getMessage());
        }
        node.put("ev", "session")
                .put("client", client)
                .put("type", event.getClass().getSimpleName());
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            node.set(component.getName(), json(valueOf(component, event)));
        }
        return node;
    }

    static ObjectNode of(String client, ClientState state) {
        MqttException cause = state.cause();
        ObjectNode node = JSON.objectNode()
                .put("ev", "state")
                .put("client", client)
                .put("state", state.status().name())
                .put("sinceMs", state.since().toEpochMilli())
                .put("attempt", state.attempt())
                .put("server", state.server().toString());
        node.set("cause", cause == null ? JSON.nullNode() : Reply.error(cause));
        return node;
    }

    private static @Nullable Object valueOf(RecordComponent component, ClientEvent event) {
        try {
            return component.getAccessor().invoke(event);
        } catch (ReflectiveOperationException impossible) { // the record and its accessors are public
            throw new IllegalStateException(impossible);
        }
    }

    /** What has no form of its own in JSON is said as text: a delay as in {@code PT0.084S}. */
    private static JsonNode json(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        } else if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        } else if (value instanceof Number number) {
            return JSON.numberNode(number.longValue());
        } else if (value instanceof Qos qos) {
            return JSON.numberNode(qos.level());
        } else if (value instanceof ReasonCode reasonCode) {
            return JSON.numberNode(reasonCode.code());
        } else if (value instanceof Enum<?> choice) {
            return JSON.stringNode(choice.name());
        } else if (value instanceof MqttException failure) {
            return Reply.error(failure);
        } else if (value instanceof Collection<?> several) {
            ArrayNode array = JSON.arrayNode();
            several.forEach(one -> array.add(json(one)));
            return array;
        }
        return JSON.stringNode(value.toString());
    }
}
