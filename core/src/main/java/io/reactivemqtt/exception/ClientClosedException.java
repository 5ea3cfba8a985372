package io.reactivemqtt.exception;

/**
 * The client was disconnected before the request was made, or before it was answered. Messages that were not acknowledged stay in
 * the Session, if the Session outlives the connection: connect again to resume it.
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

    /** Returns the error of a request after the disconnect. */
    public static ClientClosedException afterwards(String request) {
        return new ClientClosedException(request, ": the client is disconnected; call connect() first");
    }
}
