package io.reactivemqtt.client;

import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, before it begins: {@link ClientOptions.Builder#beforeConnect} may change it, and {@link
 * CredentialsProvider} sees it. Immutable. {@link #toString} contains no secrets.
 */
public final class ConnectAttempt {

    private final ClientOptions options;
    private final int number;
    private final @Nullable MqttException lastFailure;
    private final URI server;
    private final ConnectSettings settings;
    private final WebSocketOptions webSocket;
    private final boolean hasCredentials;

    private ConnectAttempt(
            ClientOptions options,
            int number,
            @Nullable MqttException lastFailure,
            URI server,
            ConnectSettings settings,
            WebSocketOptions webSocket,
            boolean hasCredentials) {
        this.options = options;
        this.number = number;
        this.lastFailure = lastFailure;
        this.server = server;
        this.settings = settings;
        this.webSocket = webSocket;
        this.hasCredentials = hasCredentials;
    }

    /** Returns an attempt as the options of a client have it. */
    public static ConnectAttempt of(
            ClientOptions options, URI server, int number, @Nullable MqttException lastFailure) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(server, "server");
        return new ConnectAttempt(
                options, number, lastFailure, server, options.connectSettings(), options.webSocket(), true);
    }

    /**
     * Returns which of the attempts in a row to re-establish the connection this is, from 1; 0: {@code connect()} was called. An
     * attempt that goes on to the next Server has the same number.
     */
    public int number() {
        return number;
    }

    /** Returns why the connection was lost, or the attempt before failed; null where {@link #number} is 0. */
    public @Nullable MqttException lastFailure() {
        return lastFailure;
    }

    /** Returns the Server, with the query of a WebSocket URI, which may be a signature. */
    public URI server() {
        return server;
    }

    /** Returns the contents of CONNECT that do not concern the Session. */
    public ConnectSettings settings() {
        return settings;
    }

    /** Returns how the WebSocket is asked for, if the Server's URI is one of WebSocket. */
    public WebSocketOptions webSocket() {
        return webSocket;
    }

    /**
     * Returns this attempt with another Server, or with another URI of it, such as one that is signed.
     *
     * @throws IllegalArgumentException if it is not of the form that {@link ClientOptions.Builder#server(String)} takes
     */
    public ConnectAttempt withServer(URI uri) {
        return new ConnectAttempt(
                options, number, lastFailure, ServerUri.require(uri), settings, webSocket, hasCredentials);
    }

    /**
     * Returns this attempt with another Will, other credentials, User Properties or another Keep Alive.
     *
     * @throws IllegalArgumentException if the version of MQTT cannot express them
     */
    public ConnectAttempt withSettings(ConnectSettings changed) {
        Objects.requireNonNull(changed, "changed");
        OptionChecks.sayable(changed, OptionChecks.leastVersion(options.session()));
        return new ConnectAttempt(options, number, lastFailure, server, changed, webSocket, hasCredentials);
    }

    /** Returns this attempt with other headers for the upgrade to WebSocket. */
    public ConnectAttempt withWebSocket(WebSocketOptions changed) {
        Objects.requireNonNull(changed, "changed");
        return new ConnectAttempt(options, number, lastFailure, server, settings, changed, hasCredentials);
    }

    /** Returns this attempt without credentials: nobody is asked for any. */
    public ConnectAttempt withoutCredentials() {
        ConnectSettings without = settings.mutate().noCredentials().build();
        return new ConnectAttempt(options, number, lastFailure, server, without, webSocket, false);
    }

    /** Returns whether the Server gets credentials, if there are any: not one that another Server has named, unless it is trusted. */
    public boolean hasCredentials() {
        return hasCredentials;
    }

    @Override
    public String toString() {
        return "ConnectAttempt[" + number + ", " + ServerUri.shown(server) + ", " + settings + "]";
    }
}
