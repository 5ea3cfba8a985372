package io.reactivemqtt.exception;

import io.reactivemqtt.client.SessionOptions;

/**
 * The Server resumes a Session of which this client has no state, so the connection was closed [MQTT-3.2.2-4]. Use the store that
 * holds the state, or choose by {@link SessionOptions.Builder#unknownSession} to discard or to resume the Session.
 */
public final class SessionUnknownException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the client. */
    public SessionUnknownException(String clientIdentifier) {
        super(
                "the Server holds a Session for the Client Identifier \"" + clientIdentifier
                        + "\" of which this client has no state [MQTT-3.2.2-4]: use a sessionStore() that has it, or set"
                        + " unknownSession(BEGIN_NEW) to throw it away, or unknownSession(CONTINUE) to go on with it",
                null,
                null);
    }
}
