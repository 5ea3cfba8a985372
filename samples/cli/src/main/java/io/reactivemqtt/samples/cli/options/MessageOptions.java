package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a message says beside its payload. */
public final class MessageOptions {

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            converter = Converters.QosLevel.class,
            description = "The delivery guarantee (QoS): 0 (default), 1 or 2.")
    private Qos qos = Qos.AT_MOST_ONCE;

    @Option(
            names = {"-r", "--retain"},
            description = "The Server retains it for later subscribers; an empty one deletes the retained one.")
    private boolean retain;

    @Option(
            names = "--payload-format",
            paramLabel = "FORMAT",
            converter = Converters.DeclaredFormat.class,
            description = "Declares the payload to be text: utf8; or not: bytes (default).")
    private PayloadFormat payloadFormat = PayloadFormat.BYTES;

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            description = "What the payload is, by convention a MIME type.")
    private @Nullable String contentType;

    @Option(
            names = "--message-expiry",
            paramLabel = "TIME",
            converter = Converters.Interval.class,
            description = "After this time the Server no longer delivers it. Default: never.")
    private @Nullable Duration messageExpiry;

    @Option(
            names = "--response-topic",
            paramLabel = "TOPIC",
            converter = Converters.Topic.class,
            description = "The topic for an answer.")
    private @Nullable TopicName responseTopic;

    @Option(
            names = "--correlation-data",
            paramLabel = "TEXT",
            description = "Identifies the request that an answer belongs to.")
    private @Nullable String correlationData;

    @Option(
            names = "--user-property",
            paramLabel = "NAME=VALUE",
            converter = Converters.Property.class,
            description = "A User Property; can be given more than once.")
    private List<UserProperty> userProperties = List.of();

    /**
     * Begins a message with these options.
     *
     * @throws IllegalArgumentException if the payload is not the text that it is declared to be, or an option is out of range
     */
    public ApplicationMessage.Builder message(TopicName topicName, Payload payload) {
        boolean utf8Payload = payloadFormat == PayloadFormat.UTF8;
        requireAsDeclared(payload);
        ApplicationMessage.Builder message = ApplicationMessage.to(topicName)
                .payload(payload)
                .qos(qos)
                .retain(retain)
                .utf8Payload(utf8Payload)
                .userProperties(new UserProperties(userProperties));
        if (contentType != null) {
            message.contentType(contentType);
        }
        if (messageExpiry != null) {
            message.messageExpiryInterval(messageExpiry);
        }
        if (responseTopic != null) {
            message.responseTopic(responseTopic.toString());
        }
        if (correlationData != null) {
            message.correlationData(Payload.utf8(correlationData));
        }
        return message;
    }

    /**
     * Checks what {@code --payload-format} says.
     *
     * @throws IllegalArgumentException if the payload is not the text that it is declared to be
     */
    public void requireAsDeclared(Payload payload) {
        if (payloadFormat == PayloadFormat.UTF8 && !payload.isWellFormedUtf8()) {
            throw new IllegalArgumentException("--payload-format utf8 is not true: the payload is no UTF-8 text");
        }
    }
}
