package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The connection ended before the request was answered. Trying again may help. One that could not be made at all is a {@link
 * ConnectFailedException}.
 */
public final class ConnectionLostException extends MqttException {

    private static final long serialVersionUID = 1;

    private final @Nullable String serverReference;

    /** Says what happened, by which Reason Code if there is one, and through which failure if there is one. */
    public ConnectionLostException(String message, @Nullable ReasonCode reasonCode, @Nullable Throwable cause) {
        this(message, reasonCode, cause, null);
    }

    private ConnectionLostException(
            String message,
            @Nullable ReasonCode reasonCode,
            @Nullable Throwable cause,
            @Nullable String serverReference) {
        super(message, reasonCode, cause);
        this.serverReference = serverReference;
    }

    /** Says that the Server has disconnected, and which other one it names, if it does. */
    public static ConnectionLostException byServer(
            String message, ReasonCode reasonCode, @Nullable String serverReference) {
        return new ConnectionLostException(message, reasonCode, null, serverReference);
    }

    @Override
    public @Nullable String serverReference() {
        return serverReference;
    }
}
