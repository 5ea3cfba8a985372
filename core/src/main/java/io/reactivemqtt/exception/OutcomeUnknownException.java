package io.reactivemqtt.exception;

/**
 * The message was sent, and then the Server lost the Session: whether the message arrived cannot be known. Sending it again may
 * repeat it.
 */
public final class OutcomeUnknownException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says what is not known. */
    public OutcomeUnknownException(String message) {
        super(message, null, null);
    }
}
