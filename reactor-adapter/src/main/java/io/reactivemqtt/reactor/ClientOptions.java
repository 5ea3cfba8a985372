package io.reactivemqtt.reactor;

import io.reactivemqtt.ConnectOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where the Server is, what it is told, and what the client does when the connection is lost. */
public final class ClientOptions {

    private static final int DEFAULT_PORT = 1883;

    private final URI server;
    private final ConnectOptions connect;
    private final ReconnectPolicy reconnect;

    private ClientOptions(Builder builder) {
        this.server = builder.server;
        this.connect = builder.buildConnectOptionsFor();
        this.reconnect = builder.reconnect;
    }

    /** Returns where the Server is. */
    public URI server() {
        return server;
    }

    /** Returns what the Server is told, and how the Session behaves. */
    public ConnectOptions connect() {
        return connect;
    }

    /** Returns when a lost connection is made anew. */
    public ReconnectPolicy reconnect() {
        return reconnect;
    }

    String host() {
        String host = server.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return server.getPort() < 0 ? DEFAULT_PORT : server.getPort();
    }

    /** Collects the options; those of CONNECT are inherited. Not thread-safe. */
    public static final class Builder extends ConnectOptions.Builder<Builder> {
        private URI server = URI.create("mqtt://localhost:" + DEFAULT_PORT);
        private ReconnectPolicy reconnect = ReconnectPolicy.DEFAULT;

        Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets where the Server is; default {@code mqtt://localhost:1883}.
         *
         * @param uri {@code mqtt://host} or {@code mqtt://host:port}
         * @throws IllegalArgumentException if it is not of this form
         */
        public Builder server(String uri) {
            try {
                return server(new URI(uri));
            } catch (URISyntaxException malformed) {
                throw new IllegalArgumentException(notAServer(uri) + ": " + malformed.getReason(), malformed);
            }
        }

        /**
         * Sets where the Server is; default {@code mqtt://localhost:1883}.
         *
         * @param uri {@code mqtt://host} or {@code mqtt://host:port}
         * @throws IllegalArgumentException if it is not of this form
         */
        public Builder server(URI uri) {
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (scheme.equals("mqtts") || scheme.equals("ws") || scheme.equals("wss") || scheme.equals("mqtt+unix")) {
                throw new IllegalArgumentException(
                        "the scheme " + scheme + " is not supported yet; use mqtt://host:port");
            }
            if (!scheme.equals("mqtt") || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
                throw new IllegalArgumentException(notAServer(withoutUserInfo(uri)));
            }
            if (uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException(
                        "the URI of a Server has no user name or password: use userName() and password()");
            }
            if (!(uri.getRawPath() == null
                            || uri.getRawPath().isEmpty()
                            || uri.getRawPath().equals("/"))
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null) {
                throw new IllegalArgumentException(notAServer(uri.toString()) + ": it ends after the port");
            }
            this.server = uri;
            return this;
        }

        /** Sets when a lost connection is made anew; default {@link ReconnectPolicy#DEFAULT}. */
        public Builder reconnect(ReconnectPolicy policy) {
            this.reconnect = policy;
            return this;
        }

        private ConnectOptions buildConnectOptionsFor() {
            return buildConnectOptions();
        }

        ClientOptions build() {
            return new ClientOptions(this);
        }

        private static String withoutUserInfo(URI uri) {
            return uri.getRawUserInfo() == null
                    ? uri.toString()
                    : uri.toString().replace(uri.getRawUserInfo() + "@", "");
        }

        private static String notAServer(String uri) {
            return "the URI of a Server is mqtt://host or mqtt://host:port, not \"" + uri + "\"";
        }
    }
}
