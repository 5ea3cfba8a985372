package io.reactivemqtt.exception;

/**
 * The message was sent, and given up before it was acknowledged: whether it arrived cannot be known. Publishing it again may repeat
 * it. What certainly was not sent fails with {@link NotSentException} instead.
 */
public final class OutcomeUnknownException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says what is not known. */
    public OutcomeUnknownException(String message) {
        super(message, null, null);
    }
}
