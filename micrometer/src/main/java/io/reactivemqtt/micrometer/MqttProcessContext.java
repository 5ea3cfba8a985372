package io.reactivemqtt.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.Propagator;
import io.micrometer.observation.transport.ReceiverContext;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ReceivedMessage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The observation {@link MqttObservation#PROCESS} of one try to process a message, or a batch. Its carrier are the messages; the trace of a
 * message is read from its User Properties. A batch has no parent, since its messages may have one each: see {@link BatchLinks}.
 */
public final class MqttProcessContext extends ReceiverContext<List<ReceivedMessage>> {

    private static final String SEVERAL = "several";

    private final String client;
    private final String operation;
    private final String template;
    private final List<ReceivedMessage> messages;
    private volatile String outcome = KeyValue.NONE_VALUE;

    MqttProcessContext(String client, Operation operation, String template, List<ReceivedMessage> messages) {
        super(operation == Operation.BATCH ? NoParent.INSTANCE : FirstMessage.INSTANCE, Kind.CONSUMER);
        this.client = client;
        this.operation = operation.word;
        this.template = template;
        this.messages = messages;
        setCarrier(messages);
        setRemoteServiceName("mqtt");
    }

    /** Which method's handler it is. */
    enum Operation {
        PROCESS("process"),
        BATCH("batch"),
        RESPOND("respond");

        private final String word;

        Operation(String word) {
            this.word = word;
        }
    }

    /** Returns the name that the client was given when it was observed. */
    public String client() {
        return client;
    }

    /** Returns {@code process}, {@code batch} or {@code respond}. */
    public String operation() {
        return operation;
    }

    /**
     * Returns the template of the subscription that matches, such as {@code sensors/{id}/reading}; its Topic Filter if that has a wildcard
     * and no template; {@code none} if it has neither, since it is a Topic Name then; {@code several} for a batch of a subscription with
     * several filters.
     */
    public String template() {
        return template;
    }

    /** Returns what is processed: one message, or those of a batch. */
    public List<ReceivedMessage> messages() {
        return messages;
    }

    /** Tells whether it is a batch, perhaps of one. */
    public boolean isBatch() {
        return operation.equals(Operation.BATCH.word);
    }

    /** Returns the QoS of the messages, {@code several} if they differ. */
    String qos() {
        String first = String.valueOf(messages.get(0).qos().level());
        return messages.stream()
                        .allMatch(message -> message.qos() == messages.get(0).qos())
                ? first
                : SEVERAL;
    }

    /** Returns what the handler did: {@code processed}, {@code failed} or {@code cancelled}; {@code none} while it is at work. */
    public String outcome() {
        return outcome;
    }

    void outcome(String word) {
        this.outcome = word;
    }

    /** Reads the trace of a message. */
    private enum FirstMessage implements Propagator.Getter<List<ReceivedMessage>> {
        INSTANCE;

        @Override
        public @Nullable String get(List<ReceivedMessage> messages, String name) {
            return properties(messages).first(name);
        }

        @Override
        public Iterable<String> getAll(List<ReceivedMessage> messages, String name) {
            return properties(messages).all(name);
        }

        private static UserProperties properties(List<ReceivedMessage> messages) {
            return Objects.requireNonNull(messages.get(0))
                    .message()
                    .properties()
                    .userProperties();
        }
    }

    /** Reads nothing. */
    private enum NoParent implements Propagator.Getter<List<ReceivedMessage>> {
        INSTANCE;

        @Override
        public @Nullable String get(List<ReceivedMessage> messages, String name) {
            return null;
        }
    }
}
