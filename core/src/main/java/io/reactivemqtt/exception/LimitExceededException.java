package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The request exceeds a limit that the Server announced, or what the version of MQTT can express. Nothing was sent; the request
 * has to change.
 */
public final class LimitExceededException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the limit and the value that exceeds it. */
    public LimitExceededException(String message, @Nullable ReasonCode reasonCode) {
        super(message, reasonCode, null);
    }
}
