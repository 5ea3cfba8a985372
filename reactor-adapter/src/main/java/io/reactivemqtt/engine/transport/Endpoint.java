package io.reactivemqtt.engine.transport;

import io.reactivemqtt.client.ServerUri;
import java.net.URI;
import java.util.Locale;

/** Where a Server is, and how it is spoken to. */
public final class Endpoint {

    /** What never leaves this host. */
    private static final String LOOPBACK = "(?i)localhost|127(?:\\.\\d+){3}|(?:0*:)*0*1";

    private enum Scheme {
        MQTT(1883, false),
        MQTTS(8883, true),
        WS(80, false),
        WSS(443, true),
        UNIX(0, false);

        private final int defaultPort;
        private final boolean isSecure;

        Scheme(int defaultPort, boolean isSecure) {
            this.defaultPort = defaultPort;
            this.isSecure = isSecure;
        }

        static Scheme of(URI server) {
            return switch (server.getScheme().toLowerCase(Locale.ROOT)) {
                case "mqtts" -> MQTTS;
                case "ws" -> WS;
                case "wss" -> WSS;
                case "mqtt+unix" -> UNIX;
                default -> MQTT;
            };
        }
    }

    private final URI server;
    private final Scheme scheme;

    private Endpoint(URI server, Scheme scheme) {
        this.server = server;
        this.scheme = scheme;
    }

    /** Returns what {@code server}, such as {@code mqtt://host:port}, names. */
    public static Endpoint of(URI server) {
        return new Endpoint(server, Scheme.of(server));
    }

    /** Returns the URI as it may be shown. */
    public URI shown() {
        return ServerUri.shown(server);
    }

    /** Returns the name or address of the host, without brackets; not of a Unix domain socket. */
    public String host() {
        String host = server.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Returns the port of TCP. */
    public int port() {
        return server.getPort() < 0 ? scheme.defaultPort : server.getPort();
    }

    /** Returns whether the connection goes through TLS. */
    public boolean isSecure() {
        return scheme.isSecure;
    }

    /** Returns whether MQTT goes through a WebSocket. */
    public boolean isWebSocket() {
        return scheme == Scheme.WS || scheme == Scheme.WSS;
    }

    /** Returns the URI of the WebSocket, at /mqtt if it names no path, with a query that may be a secret. */
    public URI webSocket() {
        String query = server.getRawQuery() == null ? "" : "?" + server.getRawQuery();
        return server.getRawPath().isEmpty()
                ? URI.create(server.getScheme() + "://" + server.getRawAuthority() + "/mqtt" + query)
                : server;
    }

    /** Returns whether the Server has a Unix domain socket, at {@link #path}. */
    public boolean isUnixSocket() {
        return scheme == Scheme.UNIX;
    }

    /** Returns the path of the Unix domain socket. */
    public String path() {
        return server.getPath();
    }

    /** Returns whether others on the way can read what is sent. */
    public boolean isReadableByOthers() {
        return !isSecure() && !isUnixSocket() && !host().matches(LOOPBACK);
    }

    @Override
    public String toString() {
        return shown().toString();
    }
}
