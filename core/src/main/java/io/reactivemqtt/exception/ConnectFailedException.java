package io.reactivemqtt.exception;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * There is no connection, because it could not be made: nobody was reached, or nobody answered as an MQTT Server does. Trying
 * again may help.
 */
public final class ConnectFailedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** How far the attempt came. */
    public enum Phase {
        /** The host's name could not be resolved. */
        NAME("Check the name of the host, and that this machine can resolve it"),
        /** Nobody took the connection. */
        CONNECTION("Check that the Server runs and listens on this port, and that no firewall is in between"),
        /** Somebody took it, and sent no CONNACK. */
        CONNACK("Check that it is an MQTT Server, and that this port is not for TLS or WebSocket");

        private final String advice;

        Phase(String advice) {
            this.advice = advice;
        }

        /** Returns what whoever runs the application can try, in words. */
        public String advice() {
            return advice;
        }
    }

    private final Phase phase;
    private final URI server;

    /**
     * Says who could not be reached, why, and what can be tried.
     *
     * @param server the URI that the client was given, which has no user name and password
     */
    public ConnectFailedException(Phase phase, URI server, String why, @Nullable Throwable cause) {
        super("could not connect to " + server + ": " + why + ". " + phase.advice, null, cause);
        this.phase = phase;
        this.server = server;
    }

    /** Returns how far the attempt came. */
    public Phase phase() {
        return phase;
    }

    /** Returns the URI of the Server that could not be reached. */
    public URI server() {
        return server;
    }
}
