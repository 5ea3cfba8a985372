package io.reactivemqtt.exception;

/**
 * The message was given up together with the stored Session that it stood in: that had expired, or a clean start was asked for.
 * If it had been sent, it may have arrived; publish it again if that does no harm.
 */
public final class SessionDiscardedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says which message, and why the Session was discarded. */
    public SessionDiscardedException(String message) {
        super(message, null, null);
    }
}
