package io.reactivemqtt.exception;

/**
 * An error in the program itself ended the client: a defect of this library, a class that is missing or of a wrong version, no
 * memory. Trying again does not help before the {@linkplain #getCause cause} is mended; {@code connect()} begins anew with what the
 * store has.
 */
public final class ClientFailedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Takes what was thrown. */
    public ClientFailedException(Throwable cause) {
        super("the client has failed: " + cause, null, cause);
    }
}
