package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.exception.StoreException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which property to set when a client cannot connect. */
final class StartFailedAnalyzer extends AbstractFailureAnalyzer<StartFailedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartFailedException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()), action(cause.reason(), cause.prefix() + "."), cause);
    }

    private static String action(MqttException reason, String prefix) {
        if (reason instanceof ConnectFailedException failed) {
            return failed.phase() == Phase.TLS
                    ? "Set " + prefix
                            + "ssl.bundle to an SSL bundle that trusts the Server, and has the certificate that it asks for."
                    : "Set " + prefix + "servers to where the Server listens. With " + prefix
                            + "startup=try the application starts without it, and the client goes on trying.";
        }
        if (reason instanceof StoreException) {
            return "Check the store: with " + prefix + "session.store=sqlite the file of " + prefix
                    + "session.sqlite.path, with r2dbc the database of spring.r2dbc.url and its rights, else the SessionStore of the"
                    + " application.";
        }
        if (reason instanceof SessionUnknownException) {
            return "The Server has a Session of this Client Identifier of which nothing is stored here: set " + prefix
                    + "client-id to one of its own, or bring the store back.";
        }
        ReasonCode code = reason.reasonCode();
        if (code == ReasonCode.BAD_USER_NAME_OR_PASSWORD || code == ReasonCode.NOT_AUTHORIZED) {
            return "Set " + prefix + "username and " + prefix + "password to what the Server accepts.";
        }
        if (code == ReasonCode.CLIENT_IDENTIFIER_NOT_VALID) {
            return "Set " + prefix + "client-id to one that the Server accepts.";
        }
        if (code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
            return "Set " + prefix + "protocol-version to the other version of MQTT.";
        }
        return "Change the properties that begin with \"" + prefix + "\", or ask whoever runs the Server.";
    }
}
