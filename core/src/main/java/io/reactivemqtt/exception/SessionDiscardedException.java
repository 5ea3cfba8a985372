package io.reactivemqtt.exception;

/**
 * The message was discarded together with the stored Session that contained it: the Session had expired, or Clean Start was
 * requested. If it had been sent, it may have arrived; publish it again if that does no harm.
 */
public final class SessionDiscardedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says which message, and why the Session was discarded. */
    public SessionDiscardedException(String message) {
        super(message, null, null);
    }
}
