package io.reactivemqtt.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NoResponseException;
import io.reactivemqtt.exception.ResponderFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The observation {@link MqttObservation#PUBLISH} of one message. Its carrier are the User Properties with which the message leaves; what a
 * tracer sets replaces properties of the same name, and all others stay.
 */
public final class MqttPublishContext extends SenderContext<List<UserProperty>> {

    /** What became of a message whose caller has cancelled. */
    static final String CANCELLED = "cancelled";

    private final String client;
    private final String operation;
    private final ApplicationMessage message;
    private final boolean carries;
    private volatile String outcome = KeyValue.NONE_VALUE;

    MqttPublishContext(String client, String operation, ApplicationMessage message, boolean carries) {
        super(carries ? MqttPublishContext::replace : (properties, name, value) -> {}, Kind.PRODUCER);
        this.client = client;
        this.operation = operation;
        this.message = message;
        this.carries = carries;
        setCarrier(
                new ArrayList<>(carries ? message.properties().userProperties().entries() : List.of()));
        setRemoteServiceName("mqtt");
    }

    private static void replace(@Nullable List<UserProperty> properties, String name, String value) {
        if (properties != null) {
            properties.removeIf(property -> property.name().equals(name));
            properties.add(new UserProperty(name, value));
        }
    }

    /** Returns the name that the client was given when it was observed. */
    public String client() {
        return client;
    }

    /** Returns {@code publish}, {@code enqueue} or {@code request}. */
    public String operation() {
        return operation;
    }

    /** Returns the message as the application has it. */
    public ApplicationMessage message() {
        return message;
    }

    /**
     * Returns what became of it: {@code none} until it is known, then the {@link PublishOutcome} in small letters, or {@code enqueued},
     * {@code answered}, {@code no_response}, {@code responder_failed}; {@code cancelled} if the subscriber was first; {@code error} after a
     * failure that is no {@link MqttException}.
     */
    public String outcome() {
        return outcome;
    }

    /** Returns the message with the trace, another object than the application's. */
    ApplicationMessage outgoing() {
        ApplicationMessage.Builder copy = message.toBuilder();
        List<UserProperty> properties = getCarrier();
        return carries && properties != null
                ? copy.userProperties(new UserProperties(properties)).build()
                : copy.build();
    }

    void outcome(String word) {
        this.outcome = word;
    }

    void outcome(PublishOutcome word) {
        outcome(word.name().toLowerCase(Locale.ROOT));
    }

    void outcome(Throwable cause) {
        if (cause instanceof NoResponseException) {
            outcome("no_response");
        } else if (cause instanceof ResponderFailedException) {
            outcome("responder_failed");
        } else if (cause instanceof MqttException failure) {
            outcome(PublishResult.failed(message, failure).outcome());
        } else {
            outcome("error");
        }
    }
}
