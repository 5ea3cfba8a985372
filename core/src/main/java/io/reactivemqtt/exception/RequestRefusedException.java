package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The Server answered one request with a Reason Code of 0x80 or more. The connection stays up; the request has to change.
 */
public final class RequestRefusedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the packet that was refused, why, and the Reason String. */
    public RequestRefusedException(String packet, ReasonCode reasonCode, @Nullable String reasonString) {
        super(
                packet + " refused: " + reasonCode + (reasonString == null ? "" : " (\"" + reasonString + "\")"),
                reasonCode,
                null);
    }

    /** Says again, in the same words, what an earlier one said. */
    public RequestRefusedException(String message, @Nullable ReasonCode reasonCode) {
        super(message, reasonCode, null);
    }
}
