package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The request is beyond what the Server announced that it takes, or what the version of MQTT in use can say. Nothing was sent;
 * the request has to change.
 */
public final class LimitExceededException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the limit and says what went beyond it. */
    public LimitExceededException(String message, @Nullable ReasonCode reasonCode) {
        super(message, reasonCode, null);
    }
}
