package io.reactivemqtt.codec;

import io.reactivemqtt.ReasonCode;

/** The return codes of a CONNACK of MQTT 3.1.1 (§3.2.2.3 there), and the Reason Codes that mean the same. */
final class ReturnCodes {

    private static final ReasonCode[] CONNECT = {
        ReasonCode.SUCCESS,
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
        ReasonCode.SERVER_UNAVAILABLE,
        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        ReasonCode.NOT_AUTHORIZED
    };

    private ReturnCodes() {}

    static ReasonCode connectReasonCode(int returnCode) {
        if (returnCode >= CONNECT.length) {
            throw Input.protocolError("CONNACK has no return code " + returnCode);
        }
        return CONNECT[returnCode];
    }

    static int connectReturnCode(ReasonCode reasonCode) {
        for (int returnCode = 0; returnCode < CONNECT.length; returnCode++) {
            if (CONNECT[returnCode] == reasonCode) {
                return returnCode;
            }
        }
        throw new IllegalArgumentException("MQTT 3.1.1 has no return code for " + reasonCode);
    }
}
