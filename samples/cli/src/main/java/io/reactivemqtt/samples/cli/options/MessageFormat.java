package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a message looks on the standard output. */
public enum MessageFormat {
    /** The payload as it came. */
    TEXT {
        @Override
        public byte[] line(ReceivedMessage received, boolean withTopic) {
            boolean nothing = withTopic && received.payload().size() == 0; // else a topic alone could be a payload
            return assemble(
                    received,
                    withTopic,
                    nothing
                            ? "(null)".getBytes(StandardCharsets.US_ASCII)
                            : received.payload().toByteArray());
        }
    },
    /** One JSON object with all that the message says. */
    JSON {
        @Override
        public byte[] line(ReceivedMessage received, boolean withTopic) {
            return ended(json(received, null));
        }
    },
    /** As {@link #JSON}, but a payload that is JSON stands as that value. */
    DECODED_JSON {
        @Override
        public byte[] line(ReceivedMessage received, boolean withTopic) {
            Payload payload = received.payload();
            return ended(json(received, payload.isWellFormedUtf8() ? DecodedPayload.of(payload) : null));
        }
    },
    /** The payload in hexadecimal digits. */
    HEX {
        @Override
        public byte[] line(ReceivedMessage received, boolean withTopic) {
            String digits = HexFormat.of().formatHex(received.payload().toByteArray());
            return assemble(received, withTopic, digits.getBytes(StandardCharsets.US_ASCII));
        }
    };

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Returns the line, with its end. */
    public abstract byte[] line(ReceivedMessage received, boolean withTopic);

    private static byte[] ended(ObjectNode json) {
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] assemble(ReceivedMessage received, boolean withTopic, byte[] content) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(content.length + 64);
        if (withTopic) {
            line.writeBytes((received.topicName() + " ").getBytes(StandardCharsets.UTF_8));
        }
        line.writeBytes(content);
        line.write('\n');
        return line.toByteArray();
    }

    private static ObjectNode json(ReceivedMessage received, @Nullable JsonNode decodedPayload) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("topic", received.topicName().toString())
                .put("qos", received.qos().level())
                .put("retain", received.message().retain())
                .put("duplicate", received.duplicate());
        if (decodedPayload == null) {
            put(json, "payload", received.payload());
        } else {
            json.set("payload", decodedPayload);
        }
        MessageProperties properties = received.message().properties();
        if (properties.utf8Payload()) {
            json.put("payloadFormat", "utf8");
        }
        if (properties.messageExpiryInterval() != null) {
            json.put("messageExpiryInterval", properties.messageExpiryInterval().toSeconds());
        }
        if (properties.contentType() != null) {
            json.put("contentType", properties.contentType());
        }
        if (properties.responseTopic() != null) {
            json.put("responseTopic", properties.responseTopic().toString());
        } else if (properties.unusableResponseTopic() != null) {
            json.put("responseTopic", properties.unusableResponseTopic());
        }
        if (properties.correlationData() != null) {
            put(json, "correlationData", properties.correlationData());
        }
        if (!properties.userProperties().isEmpty()) {
            ArrayNode pairs = json.putArray("userProperties"); // a name may come twice, and the order counts
            for (UserProperty pair : properties.userProperties().entries()) {
                pairs.addObject().put("name", pair.name()).put("value", pair.value());
            }
        }
        return json;
    }

    /** Text as text, other bytes in Base64 under a name that says so. */
    private static void put(ObjectNode json, String name, Payload bytes) {
        if (bytes.isWellFormedUtf8()) {
            json.put(name, bytes.asUtf8());
        } else {
            json.put(name + "Base64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
    }
}
