package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The connection ended before the request was answered. Trying again may help. One that could not be made at all is a {@link
 * ConnectFailedException}.
 */
public final class ConnectionLostException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says what happened, by which Reason Code if there is one, and through which failure if there is one. */
    public ConnectionLostException(String message, @Nullable ReasonCode reasonCode, @Nullable Throwable cause) {
        super(message, reasonCode, cause);
    }
}
