package io.reactivemqtt;

import io.reactivemqtt.check.Seconds;
import io.reactivemqtt.check.Utf8;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What MQTT 5.0 lets an Application Message carry beside its payload (§3.3.2.3); MQTT 3.1.1 has none of it.
 *
 * @param utf8Payload whether the payload is declared to be UTF-8 text (Payload Format Indicator 1)
 * @param messageExpiryInterval how long the message is worth delivering, in whole seconds from 0 to 4,294,967,295; null: for ever
 * @param contentType what the payload is, by convention a MIME type; null: not said
 * @param responseTopic where an answer is to go; null: no answer is asked for
 * @param correlationData tells the asker which question an answer belongs to; null: not said
 * @param userProperties pairs of strings that mean what the applications agree on
 * @param unusableResponseTopic a Response Topic as its publisher wrote it that is no Topic Name, because it is empty or has a
 *     wildcard [MQTT-3.3.2-14]: there is nowhere for an answer to go, {@code responseTopic} is null, and a message that has it is
 *     not published; null: there is no such thing
 */
public record MessageProperties(
        boolean utf8Payload,
        @Nullable Duration messageExpiryInterval,
        @Nullable String contentType,
        @Nullable TopicName responseTopic,
        @Nullable Payload correlationData,
        UserProperties userProperties,
        @Nullable String unusableResponseTopic) {

    /** Nothing beside the payload. */
    public static final MessageProperties NONE =
            new MessageProperties(false, null, null, null, null, UserProperties.EMPTY);

    /**
     * Checks what the types do not.
     *
     * @throws IllegalArgumentException if the interval is out of range or no whole number of seconds, the Content Type is no
     *     UTF-8 Encoded String, the Correlation Data is longer than 65,535 bytes, or an unusable Response Topic could be used
     */
    public MessageProperties {
        Objects.requireNonNull(userProperties, "userProperties");
        if (messageExpiryInterval != null) {
            Seconds.require(messageExpiryInterval, 0xFFFF_FFFFL, "the Message Expiry Interval");
        }
        if (contentType != null) {
            Utf8.require(contentType, "the Content Type");
        }
        if (correlationData != null && correlationData.size() > 65_535) {
            throw new IllegalArgumentException("the Correlation Data is longer than 65,535 bytes");
        }
        if (unusableResponseTopic != null) {
            Utf8.require(unusableResponseTopic, "the Response Topic");
            if (responseTopic != null || TopicName.isValid(unusableResponseTopic)) {
                throw new IllegalArgumentException("a Response Topic is either a Topic Name or unusable");
            }
        }
    }

    /** What a message has that is to be published: its Response Topic is a Topic Name. */
    public MessageProperties(
            boolean utf8Payload,
            @Nullable Duration messageExpiryInterval,
            @Nullable String contentType,
            @Nullable TopicName responseTopic,
            @Nullable Payload correlationData,
            UserProperties userProperties) {
        this(utf8Payload, messageExpiryInterval, contentType, responseTopic, correlationData, userProperties, null);
    }

    /** Tells whether there is nothing beside the payload. */
    @SuppressWarnings("ReferenceEquality") // the usual case, on the path of every message
    public boolean isEmpty() {
        return this == NONE || equals(NONE);
    }
}
