package io.reactivemqtt.exception;

/**
 * The client was told to disconnect before the request was made, or before it was answered. What was not acknowledged stands in the
 * Session, if the Session outlives the connection: connect again to go on.
 */
public final class ClientClosedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the request that had no answer yet. */
    public ClientClosedException(String request) {
        this(request, " was not finished when the client was disconnected");
    }

    private ClientClosedException(String request, String why) {
        super(request + why, null, null);
    }

    /** Returns the error of a request that came after the client was told to disconnect. */
    public static ClientClosedException afterwards(String request) {
        return new ClientClosedException(request, ": the client was told to disconnect; call connect() first");
    }
}
