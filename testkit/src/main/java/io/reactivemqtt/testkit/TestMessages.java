package io.reactivemqtt.testkit;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.packet.PubAck;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Messages for tests of handlers, without a client and without a Server. Each knows what the handler did with it.
 *
 * <pre>{@code
 * TestMessages.Received message = TestMessages.received("sensors/1", "21.5", Qos.AT_LEAST_ONCE);
 * handler.apply(message).block();
 * assertEquals(ReasonCode.SUCCESS, message.acknowledgement());
 * }</pre>
 */
public final class TestMessages {

    private TestMessages() {}

    /** Returns a message as it would arrive, with {@code payload} in UTF-8. */
    public static Received received(String topicName, String payload, Qos qos) {
        return received(ApplicationMessage.of(topicName, payload, qos));
    }

    /** Returns a message as it would arrive. */
    public static Received received(String topicName, Payload payload, Qos qos) {
        return received(ApplicationMessage.of(TopicName.of(topicName), payload, qos));
    }

    /** Returns {@code message} as it would arrive for the first time. */
    public static Received received(ApplicationMessage message) {
        return new Received(message, false, List.of(), null);
    }

    /** A message that arrived, and what was done with it; from any thread. The first of acknowledge and hand back counts. */
    public static final class Received implements ReceivedMessage {

        private enum Fate {
            HANDED_BACK
        }

        private final ApplicationMessage message;
        private final boolean duplicate;
        private final List<Integer> subscriptionIdentifiers;
        private final @Nullable TopicTemplate template;

        /** Null, the Reason Code of the acknowledgement, or {@link Fate#HANDED_BACK}. */
        private final AtomicReference<@Nullable Object> fate = new AtomicReference<>();

        private Received(
                ApplicationMessage message,
                boolean duplicate,
                List<Integer> subscriptionIdentifiers,
                @Nullable TopicTemplate template) {
            this.message = Objects.requireNonNull(message, "message");
            this.duplicate = duplicate;
            this.subscriptionIdentifiers = subscriptionIdentifiers;
            this.template = template;
        }

        /** Returns this message as the Server sends it again: nothing was done with it yet. */
        public Received asDuplicate() {
            return new Received(message, true, subscriptionIdentifiers, template);
        }

        /** Returns this message as it matches the subscriptions with {@code identifiers}; nothing was done with it yet. */
        public Received matching(Integer... identifiers) {
            return new Received(message, duplicate, List.of(identifiers), template);
        }

        /**
         * Returns this message as a subscriber of the topic template gets it, so that {@link #variable} tells its levels; nothing was done
         * with it yet.
         *
         * @throws IllegalArgumentException if {@code topicTemplate} is none, or does not match the Topic Name
         */
        public Received by(String topicTemplate) {
            TopicTemplate by = TopicTemplate.of(topicTemplate);
            if (!by.filter().matches(topicName())) {
                throw new IllegalArgumentException(topicTemplate + " does not match " + topicName());
            }
            return new Received(message, duplicate, subscriptionIdentifiers, by);
        }

        @Override
        public String variable(String name) {
            Objects.requireNonNull(name, "name");
            String value = template == null ? null : template.valueOf(name, topicName());
            return value == null ? ReceivedMessage.super.variable(name) : value;
        }

        /** Returns the Reason Code with which it was acknowledged, or null if it was not. */
        public @Nullable ReasonCode acknowledgement() {
            return fate.get() instanceof ReasonCode answer ? answer : null;
        }

        /** Tells whether it was handed back unprocessed. */
        public boolean isHandedBack() {
            return fate.get() == Fate.HANDED_BACK;
        }

        @Override
        public ApplicationMessage message() {
            return message;
        }

        @Override
        public boolean duplicate() {
            return duplicate;
        }

        @Override
        public List<Integer> subscriptionIdentifiers() {
            return subscriptionIdentifiers;
        }

        @Override
        public void acknowledge() {
            fate.compareAndSet(null, ReasonCode.SUCCESS);
        }

        @Override
        public void acknowledge(ReasonCode answer) {
            Objects.requireNonNull(answer, "answer");
            fate.compareAndSet(null, PubAck.requireReasonCode(answer));
        }

        @Override
        public void handBack() {
            fate.compareAndSet(null, Fate.HANDED_BACK);
        }

        @Override
        public String toString() {
            return "ReceivedMessage[" + message + (duplicate ? ", duplicate" : "") + "]";
        }
    }
}
