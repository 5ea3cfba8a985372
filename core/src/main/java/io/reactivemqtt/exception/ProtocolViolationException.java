package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;

/**
 * The peer broke a rule of the standard. The connection is closed with the Reason Code that the standard names; a new one can be
 * made.
 */
public final class ProtocolViolationException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the rule and the Reason Code that it leads to. */
    public ProtocolViolationException(ReasonCode reasonCode, String message) {
        super(message, reasonCode, null);
    }
}
