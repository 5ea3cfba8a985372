package io.reactivemqtt;

/**
 * The Server goes on with a Session that this client has no state of, so it was left alone [MQTT-3.2.2-4]. Connect once with
 * Clean Start to throw it away, or use the store that holds its state.
 */
public final class SessionUnknownException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the client. */
    public SessionUnknownException(String clientIdentifier) {
        super(
                "the Server holds a Session for the Client Identifier \"" + clientIdentifier
                        + "\" of which this client has no state [MQTT-3.2.2-4]",
                null,
                null);
    }
}
