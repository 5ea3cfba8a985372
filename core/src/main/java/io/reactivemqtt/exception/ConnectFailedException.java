package io.reactivemqtt.exception;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The connection could not be made: the host was not reached, or what answered is not an MQTT Server. Trying again may help.
 */
public final class ConnectFailedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** The phase in which the attempt failed. */
    public enum Phase {
        /** The application's own preparation of the attempt, or its credentials provider, failed. */
        PREPARATION("Check what beforeConnect(...) and credentials(...) do"),
        /** The host's name could not be resolved. */
        NAME("Check the name of the host, and that this machine can resolve it"),
        /** The host did not accept the connection. */
        CONNECTION("Check that the Server runs and listens on this port, and that no firewall is in between"),
        /** The proxy was not reached, or did not open the connection. */
        PROXY("Check that the proxy runs, accepts these credentials, and allows connections to this host and port"),
        /** The host accepted the connection, but the TLS handshake did not succeed. Nothing of MQTT was sent. */
        TLS("Check that this port is for TLS (mqtts, wss), and the certificates of both sides"),
        /** The host accepted the connection, but did not open a WebSocket. Nothing of MQTT was sent. */
        WEBSOCKET("Check that this port and path are for MQTT over WebSocket, and the headers of the upgrade"),
        /** The application's {@code Authenticator} failed, or did not accept what the Server has shown. */
        AUTHENTICATION("Check the user and its secret, the method, and that it is the Server that it should be"),
        /** The host accepted the connection, but sent no CONNACK. */
        CONNACK("Check that it is an MQTT Server, and that this port is not for TLS (mqtts) or WebSocket");

        private final String advice;

        Phase(String advice) {
            this.advice = advice;
        }

        /** Returns a text that says what an operator can try. */
        public String advice() {
            return advice;
        }
    }

    private final Phase phase;
    private final URI server;

    /**
     * Names the Server, the cause, and what can be tried.
     *
     * @param server the URI that the client was given, which has no user name and password
     */
    public ConnectFailedException(Phase phase, URI server, String why, @Nullable Throwable cause) {
        super("could not connect to " + server + ": " + why + ". " + phase.advice, null, cause);
        this.phase = phase;
        this.server = server;
    }

    /** Returns the phase in which the attempt failed. */
    public Phase phase() {
        return phase;
    }

    /** Returns the URI of the Server that could not be reached. */
    public URI server() {
        return server;
    }
}
