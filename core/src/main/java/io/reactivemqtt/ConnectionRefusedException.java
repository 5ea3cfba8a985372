package io.reactivemqtt;

import org.jspecify.annotations.Nullable;

/**
 * The Server answered CONNECT and refused it. {@link #reasonCode} tells whether trying again can help.
 */
public final class ConnectionRefusedException extends MqttException {

    private static final long serialVersionUID = 1;

    private final @Nullable String serverReference;

    /** Carries what the CONNACK said: why, in words for people, and which Server to use instead. */
    public ConnectionRefusedException(
            ReasonCode reasonCode, @Nullable String reasonString, @Nullable String serverReference) {
        super(
                "the Server refused the connection: " + reasonCode
                        + (reasonString == null ? "" : " (\"" + reasonString + "\")"),
                reasonCode,
                null);
        this.serverReference = serverReference;
    }

    /** Returns the Server to use instead, as the Server named it, or null. */
    public @Nullable String serverReference() {
        return serverReference;
    }
}
