package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.client.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Application Messages as the protocol has them. */
final class Messages {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long LARGEST_UNSIGNED_32 = 0xFFFF_FFFFL;

    private Messages() {}

    // ---- from the script

    /** Reads a message to be published. */
    static ApplicationMessage message(Fields fields) {
        ApplicationMessage.Builder message = content(fields);
        Fields properties = fields.objectOrNull("props");
        if (properties != null) {
            properties(properties, message);
            properties.notSupportedYet("topicAlias");
            properties.end();
        }
        return message.build();
    }

    /** Reads a Will. */
    static Will will(Fields fields) {
        ApplicationMessage.Builder message = content(fields);
        Fields properties = fields.objectOrNull("props");
        Long delay = null;
        if (properties != null) {
            properties(properties, message);
            delay = properties.numberOrNull("willDelayInterval", 0, LARGEST_UNSIGNED_32);
            properties.end();
        }
        fields.end();
        return Will.of(message.build()).withDelay(delay == null ? Duration.ZERO : Duration.ofSeconds(delay));
    }

    private static ApplicationMessage.Builder content(Fields fields) {
        return ApplicationMessage.to(fields.text("topic"))
                .payload(payload(fields))
                .qos(fields.qos("qos", Qos.AT_MOST_ONCE))
                .retain(fields.flag("retain", false));
    }

    private static Payload payload(Fields fields) {
        String text = fields.textOrNull("text");
        Payload bytes = fields.base64OrNull("b64");
        if (text == null) {
            return bytes == null ? Payload.EMPTY : bytes;
        }
        if (bytes != null) {
            throw new IllegalArgumentException("a payload is \"text\" or \"b64\", not both");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw fields.wrong("text", "a text that UTF-8 can say: it has half a surrogate pair");
        }
        return Payload.utf8(text);
    }

    private static void properties(Fields fields, ApplicationMessage.Builder message) {
        Long utf8 = fields.numberOrNull("payloadFormatIndicator", 0, 1);
        message.utf8Payload(utf8 != null && utf8 == 1);
        Long expiry = fields.numberOrNull("messageExpiryInterval", 0, LARGEST_UNSIGNED_32);
        if (expiry != null) {
            message.messageExpiryInterval(Duration.ofSeconds(expiry));
        }
        String contentType = fields.textOrNull("contentType");
        if (contentType != null) {
            message.contentType(contentType);
        }
        String responseTopic = fields.textOrNull("responseTopic");
        if (responseTopic != null) {
            message.responseTopic(responseTopic);
        }
        Payload correlationData = fields.base64OrNull("correlationData");
        if (correlationData != null) {
            message.correlationData(correlationData);
        }
        for (List<String> pair : fields.pairs("userProperties")) {
            message.userProperty(pair.get(0), pair.get(1));
        }
    }

    // ---- to the reader

    /** Returns the event that tells of a message. */
    static ObjectNode event(String client, @Nullable String stream, long number, ReceivedMessage received) {
        ApplicationMessage message = received.message();
        ObjectNode event = JSON.objectNode().put("ev", "message").put("client", client);
        if (stream != null) {
            event.put("stream", stream);
        }
        event.put("msg", number).put("topic", message.topicName().toString());
        putPayload(event, message.payload());
        return event.put("qos", message.qos().level())
                .put("retain", message.retain())
                .put("dup", received.duplicate())
                .put("redelivered", received.duplicate())
                .set("props", properties(message.properties(), received.subscriptionIdentifiers()));
    }

    /** Adds what UTF-8 can say as a text, anything else as Base64. */
    static void putPayload(ObjectNode event, Payload payload) {
        if (payload.isWellFormedUtf8()) {
            event.put("text", payload.asUtf8());
        } else {
            event.put("b64", base64(payload));
        }
    }

    private static ObjectNode properties(MessageProperties properties, List<Integer> subscriptionIdentifiers) {
        ObjectNode node = JSON.objectNode();
        if (properties.utf8Payload()) {
            node.put("payloadFormatIndicator", 1);
        }
        if (properties.messageExpiryInterval() != null) {
            node.put("messageExpiryInterval", properties.messageExpiryInterval().toSeconds());
        }
        if (properties.contentType() != null) {
            node.put("contentType", properties.contentType());
        }
        if (properties.responseTopic() != null) {
            node.put("responseTopic", properties.responseTopic().toString());
        } else if (properties.unusableResponseTopic() != null) {
            node.put("responseTopic", properties.unusableResponseTopic());
        }
        if (properties.correlationData() != null) {
            node.put("correlationData", base64(properties.correlationData()));
        }
        putUserProperties(node, properties.userProperties());
        if (!subscriptionIdentifiers.isEmpty()) {
            ArrayNode identifiers = node.putArray("subscriptionIdentifiers");
            subscriptionIdentifiers.forEach(identifiers::add);
        }
        return node;
    }

    /** Adds User Properties if there are any. */
    static void putUserProperties(ObjectNode node, UserProperties properties) {
        if (!properties.isEmpty()) {
            ArrayNode pairs = node.putArray("userProperties");
            properties
                    .entries()
                    .forEach(entry -> pairs.addArray().add(entry.name()).add(entry.value()));
        }
    }

    static String base64(Payload payload) {
        return Base64.getEncoder().encodeToString(payload.toByteArray());
    }
}
