package io.reactivemqtt.exception;

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
        NAME,
        /** Nobody took the connection. */
        CONNECTION,
        /** Somebody took it, and sent no CONNACK. */
        CONNACK
    }

    private final Phase phase;
    private final @Nullable String server;

    /**
     * Says who could not be reached, and why.
     *
     * @param server the URI that the client was given, without user name and password; null if it is not known
     */
    public ConnectFailedException(Phase phase, @Nullable String server, String why, @Nullable Throwable cause) {
        super("could not connect" + (server == null ? "" : " to " + server) + ": " + why, null, cause);
        this.phase = phase;
        this.server = server;
    }

    /** Returns how far the attempt came. */
    public Phase phase() {
        return phase;
    }

    /** Returns the URI of who could not be reached, without user name and password, or null if that is not known. */
    public @Nullable String server() {
        return server;
    }
}
