package io.reactivemqtt.exception;

import io.reactivemqtt.TopicName;
import java.time.Duration;

/** A request was sent, and no response came. Whoever got it may have done what it asks for. */
public final class NoResponseException extends MqttException {

    private static final long serialVersionUID = 1;

    private NoResponseException(String message) {
        super(message, null, null);
    }

    /** Says that the time for an answer is over. */
    public static NoResponseException tooLate(TopicName topicName, Duration timeout) {
        return new NoResponseException("no response to the request to " + topicName + " came within " + timeout);
    }

    /** Says that the Server had nobody to give the request to. */
    public static NoResponseException nobody(TopicName topicName) {
        return new NoResponseException("nobody subscribes to " + topicName + ", so no response will come");
    }
}
