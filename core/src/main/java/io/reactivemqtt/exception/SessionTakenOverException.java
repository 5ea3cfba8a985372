package io.reactivemqtt.exception;

/**
 * Another client opened the same Session State: in this process or another one, there is a second client with this Client
 * Identifier, and namespace, on the same store; or the Session State was deleted from the store. This client stops; the stored
 * state belongs to the other one. Give each client an identifier of its own.
 */
public final class SessionTakenOverException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the Session. */
    public SessionTakenOverException(String clientIdentifier) {
        super(
                "another client has opened the stored Session of \"" + clientIdentifier + "\", or it was deleted",
                null,
                null);
    }
}
