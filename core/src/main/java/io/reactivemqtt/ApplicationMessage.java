package io.reactivemqtt;

import io.reactivemqtt.UserProperties.UserProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What applications send each other through the Server (MQTT 5.0 §3.3). Immutable; two with equal parts are equal.
 *
 * <p>{@link #toString} leaves the payload and the properties out, so that no content reaches a log.
 */
public final class ApplicationMessage {

    private final TopicName topicName;
    private final Payload payload;
    private final Qos qos;
    private final boolean retain;
    private final MessageProperties properties;

    private ApplicationMessage(
            TopicName topicName, Payload payload, Qos qos, boolean retain, MessageProperties properties) {
        this.topicName = Objects.requireNonNull(topicName, "topicName");
        this.payload = Objects.requireNonNull(payload, "payload");
        this.qos = Objects.requireNonNull(qos, "qos");
        this.retain = retain;
        this.properties = Objects.requireNonNull(properties, "properties");
    }

    /** Returns a message of all its parts; {@link #to} names them. */
    public static ApplicationMessage of(
            TopicName topicName, Payload payload, Qos qos, boolean retain, MessageProperties properties) {
        return new ApplicationMessage(topicName, payload, qos, retain, properties);
    }

    /** Returns a message without properties that the Server does not retain. */
    public static ApplicationMessage of(TopicName topicName, Payload payload, Qos qos) {
        return new ApplicationMessage(topicName, payload, qos, false, MessageProperties.NONE);
    }

    /**
     * Returns a message without properties that the Server does not retain, its payload {@code text} in UTF-8.
     *
     * @throws IllegalArgumentException if {@code topicName} is not a Topic Name
     */
    public static ApplicationMessage of(String topicName, String text, Qos qos) {
        Objects.requireNonNull(topicName, "topicName");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(qos, "qos");
        return of(TopicName.of(topicName), Payload.utf8(text), qos);
    }

    /**
     * Starts a message to {@code topicName}: QoS 0, not retained, an empty payload and no properties until said otherwise.
     *
     * @throws IllegalArgumentException if it is not a Topic Name
     */
    public static Builder to(String topicName) {
        Objects.requireNonNull(topicName, "topicName");
        return to(TopicName.of(topicName));
    }

    /** Starts a message to {@code topicName}: QoS 0, not retained, an empty payload and no properties until said otherwise. */
    public static Builder to(TopicName topicName) {
        return new Builder(topicName);
    }

    /** Starts a copy of this message; what {@link Builder#build} returns is equal to it until something else is set. */
    public Builder toBuilder() {
        Builder copy = new Builder(topicName);
        copy.payload = payload;
        copy.qos = qos;
        copy.retain = retain;
        copy.utf8Payload = properties.utf8Payload();
        copy.messageExpiryInterval = properties.messageExpiryInterval();
        copy.contentType = properties.contentType();
        copy.responseTopic = properties.responseTopic();
        copy.unusableResponseTopic = properties.unusableResponseTopic();
        copy.correlationData = properties.correlationData();
        copy.userProperties.addAll(properties.userProperties().entries());
        return copy;
    }

    /** Starts an answer to a request: a message to a topic that {@code respond()} replaces by that of the asker. */
    public static Builder answer() {
        return to("answer");
    }

    /** Returns this message with another Message Expiry Interval, or without one if that is null. */
    public ApplicationMessage withMessageExpiryInterval(@Nullable Duration interval) {
        return Objects.equals(interval, properties.messageExpiryInterval())
                ? this
                : new ApplicationMessage(
                        topicName,
                        payload,
                        qos,
                        retain,
                        new MessageProperties(
                                properties.utf8Payload(),
                                interval,
                                properties.contentType(),
                                properties.responseTopic(),
                                properties.correlationData(),
                                properties.userProperties(),
                                properties.unusableResponseTopic()));
    }

    /** Returns where it is published. */
    public TopicName topicName() {
        return topicName;
    }

    /** Returns its content; may be empty. */
    public Payload payload() {
        return payload;
    }

    /** Returns the delivery guarantee. */
    public Qos qos() {
        return qos;
    }

    /** Tells whether the Server keeps it for later subscribers (sent), or had kept it (received). */
    public boolean retain() {
        return retain;
    }

    /** Returns what MQTT 5.0 lets it carry beside the payload. */
    public MessageProperties properties() {
        return properties;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof ApplicationMessage that
                        && topicName.equals(that.topicName)
                        && qos == that.qos
                        && retain == that.retain
                        && payload.equals(that.payload)
                        && properties.equals(that.properties));
    }

    @Override
    public int hashCode() {
        return Objects.hash(topicName, payload, qos, retain, properties);
    }

    @Override
    public String toString() {
        return "ApplicationMessage[" + topicName + ", QoS " + qos.level() + (retain ? ", retain" : "") + ", " + payload
                + (properties.isEmpty() ? "" : ", with properties") + "]";
    }

    /** Collects the parts of a message. Not thread-safe. */
    public static final class Builder {
        private TopicName topicName;
        private Payload payload = Payload.EMPTY;
        private Qos qos = Qos.AT_MOST_ONCE;
        private boolean retain;
        private boolean utf8Payload;
        private @Nullable Duration messageExpiryInterval;
        private @Nullable String contentType;
        private @Nullable TopicName responseTopic;

        /** Only of a copy: see {@link MessageProperties#unusableResponseTopic}. */
        private @Nullable String unusableResponseTopic;

        private @Nullable Payload correlationData;
        private final List<UserProperty> userProperties = new ArrayList<>(0);

        private Builder(TopicName topicName) {
            this.topicName = Objects.requireNonNull(topicName, "topicName");
        }

        /**
         * Sets where it is published.
         *
         * @throws IllegalArgumentException if it is not a Topic Name
         */
        public Builder topicName(String topic) {
            Objects.requireNonNull(topic, "topic");
            this.topicName = TopicName.of(topic);
            return this;
        }

        /** Sets the payload. */
        public Builder payload(Payload content) {
            this.payload = Objects.requireNonNull(content, "content");
            return this;
        }

        /** Sets the payload to {@code text} in UTF-8 and declares it to be text (Payload Format Indicator 1). */
        public Builder text(String text) {
            Objects.requireNonNull(text, "text");
            this.payload = Payload.utf8(text);
            this.utf8Payload = true;
            return this;
        }

        /** Sets the QoS. */
        public Builder qos(Qos level) {
            this.qos = Objects.requireNonNull(level, "level");
            return this;
        }

        /** Sets whether the Server keeps the message for later subscribers. */
        public Builder retain(boolean keep) {
            this.retain = keep;
            return this;
        }

        /** Declares whether the payload is UTF-8 text (Payload Format Indicator). */
        public Builder utf8Payload(boolean isText) {
            this.utf8Payload = isText;
            return this;
        }

        /** Sets how long the message is worth delivering: whole seconds, 0 to 4,294,967,295. */
        public Builder messageExpiryInterval(Duration interval) {
            this.messageExpiryInterval = Objects.requireNonNull(interval, "interval");
            return this;
        }

        /** Sets what the payload is, by convention a MIME type. */
        public Builder contentType(String type) {
            this.contentType = Objects.requireNonNull(type, "type");
            return this;
        }

        /** Sets where an answer is to go. */
        public Builder responseTopic(String topic) {
            Objects.requireNonNull(topic, "topic");
            this.responseTopic = TopicName.of(topic);
            this.unusableResponseTopic = null;
            return this;
        }

        /** Sets what tells the asker which question an answer belongs to. */
        public Builder correlationData(Payload data) {
            this.correlationData = Objects.requireNonNull(data, "data");
            return this;
        }

        /** Adds a User Property. */
        public Builder userProperty(String name, String value) {
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        /** Sets all User Properties. */
        public Builder userProperties(UserProperties properties) {
            Objects.requireNonNull(properties, "properties");
            userProperties.clear();
            userProperties.addAll(properties.entries());
            return this;
        }

        /**
         * Returns the message.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public ApplicationMessage build() {
            MessageProperties properties = new MessageProperties(
                    utf8Payload,
                    messageExpiryInterval,
                    contentType,
                    responseTopic,
                    correlationData,
                    userProperties.isEmpty() ? UserProperties.EMPTY : new UserProperties(userProperties),
                    unusableResponseTopic);
            return new ApplicationMessage(
                    topicName, payload, qos, retain, properties.isEmpty() ? MessageProperties.NONE : properties);
        }
    }
}
