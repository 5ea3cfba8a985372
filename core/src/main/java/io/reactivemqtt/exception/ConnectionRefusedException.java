package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The Server answered CONNECT and refused it. {@link #reasonCode} tells whether trying again can help.
 */
public final class ConnectionRefusedException extends MqttException {

    private static final long serialVersionUID = 1;

    private final @Nullable String serverReference;

    /** Takes Reason Code, Reason String and Server Reference from CONNACK. */
    public ConnectionRefusedException(
            ReasonCode reasonCode, @Nullable String reasonString, @Nullable String serverReference) {
        super(
                "the Server refused the connection: " + reasonCode
                        + (reasonString == null ? "" : " (\"" + reasonString + "\")") + advice(reasonCode),
                reasonCode,
                null);
        this.serverReference = serverReference;
    }

    private static String advice(ReasonCode reasonCode) {
        return switch (reasonCode) {
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED -> // Servers answer wrong credentials with either of the two
                "; check the credentials: user name and password";
            case UNSUPPORTED_PROTOCOL_VERSION ->
                "; it does not speak this version of MQTT: choose the other one, or fallBackToMqtt311()";
            default -> "";
        };
    }

    @Override
    public @Nullable String serverReference() {
        return serverReference;
    }
}
