package io.reactivemqtt.exception;

import io.reactivemqtt.TopicName;

/**
 * The Message Expiry Interval passed while the message waited to be sent. It was never sent and never will be; publish a newer
 * one.
 */
public final class MessageExpiredException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names where it was to go. */
    public MessageExpiredException(TopicName topicName) {
        super("the message to " + topicName + " expired before it could be sent", null, null);
    }
}
