package io.reactivemqtt.exception;

import io.reactivemqtt.TopicName;

/**
 * The message was withdrawn before it was sent: nothing of it left, and nothing will. Publishing it again cannot repeat it.
 */
public final class NotSentException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says why it was not sent. */
    public NotSentException(String message) {
        super(message, null, null);
    }

    /** Says that the message to {@code topicName} could not be sent in time. */
    public static NotSentException tooLate(TopicName topicName) {
        return new NotSentException(
                "the message to " + topicName + " could not be sent within the time of sendWithin()");
    }

    /** Says that there was no connection for the message to {@code topicName}. */
    public static NotSentException offline(TopicName topicName) {
        return new NotSentException(
                "there is no connection for the message to " + topicName + ", and ifOffline(FAIL) lets it not wait");
    }

    /** Returns that of a message that a newer one of its key has replaced. */
    public static NotSentException replaced(TopicName topicName) {
        return new NotSentException(
                "the message to " + topicName + " was replaced by a newer one of the same key before it was sent");
    }
}
