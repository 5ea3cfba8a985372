package io.reactivemqtt;

/**
 * The client was told to disconnect before the request was answered. What was not acknowledged stands in the Session, if the
 * Session outlives the connection: connect again to go on.
 */
public final class ClientClosedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the request that had no answer yet. */
    public ClientClosedException(String request) {
        super(request + " was not finished when the client was disconnected", null, null);
    }
}
