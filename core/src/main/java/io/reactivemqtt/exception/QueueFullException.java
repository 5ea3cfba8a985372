package io.reactivemqtt.exception;

/**
 * The queue of messages that wait to be sent is full, and the policy was to drop one. Try again when messages have left.
 */
public final class QueueFullException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says which bound was reached. */
    public QueueFullException(String message) {
        super(message, null, null);
    }
}
