package io.reactivemqtt.exception;

/**
 * A {@link Throwable} that should not occur stopped the client: a defect of this library, a missing or incompatible class, no
 * memory. Trying again does not help until the {@linkplain #getCause cause} is removed; then {@code connect()} starts from what
 * the store has.
 */
public final class ClientFailedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Takes what was thrown. */
    public ClientFailedException(Throwable cause) {
        super("the client has failed: " + cause, null, cause);
    }
}
