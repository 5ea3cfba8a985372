package io.reactivemqtt.reactor;

import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.store.SessionStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the Server is, what it is told, and what the client does when the connection is lost. */
public final class ClientOptions {

    private static final int DEFAULT_PORT = 1883;

    private final URI server;
    private final ConnectOptions connect;
    private final ReconnectPolicy reconnect;
    private final @Nullable SessionStore sessionStore;

    private ClientOptions(Builder builder) {
        this.server = builder.server;
        this.connect = builder.buildConnectOptionsFor();
        this.reconnect = builder.reconnect;
        this.sessionStore = builder.sessionStore;
        builder.built = true;
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

    /** Returns where the Session State is kept; null: in this client alone. */
    public @Nullable SessionStore sessionStore() {
        return sessionStore;
    }

    /** Returns where the Session State is kept, if it has a name to be kept under. */
    @Nullable
    SessionStore storeOfSession() {
        return connect.clientIdentifier().isEmpty() ? null : sessionStore;
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
        private @Nullable SessionStore sessionStore;
        private boolean built;

        Builder() {}

        @Override
        protected Builder self() {
            if (built) {
                throw new IllegalStateException("the client is made: options cannot be changed any more");
            }
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
                return server(new URI(Objects.requireNonNull(uri, "uri")));
            } catch (URISyntaxException malformed) { // whose own message may have a password in it
                throw new IllegalArgumentException(notAServer(withoutUserInfo(uri)) + ": " + malformed.getReason());
            }
        }

        /**
         * Sets where the Server is; default {@code mqtt://localhost:1883}.
         *
         * @param uri {@code mqtt://host} or {@code mqtt://host:port}
         * @throws IllegalArgumentException if it is not of this form
         */
        public Builder server(URI uri) {
            Objects.requireNonNull(uri, "uri");
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            requireSupported(scheme);
            String authority = uri.getRawAuthority();
            if (uri.getHost() == null && authority != null && authority.indexOf('_') >= 0) {
                throw new IllegalArgumentException(
                        notAServer(withoutUserInfo(uri.toString())) + ": the name of a host has no underscore (_)");
            }
            if (!scheme.equals("mqtt") || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
                throw new IllegalArgumentException(notAServer(withoutUserInfo(uri.toString())));
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
            return self();
        }

        /** Sets when a lost connection is made anew; default {@link ReconnectPolicy#DEFAULT}. */
        public Builder reconnect(ReconnectPolicy policy) {
            this.reconnect = Objects.requireNonNull(policy, "policy");
            return self();
        }

        /**
         * Sets where the Session State is kept, so that it survives the client; default: in the client alone.
         *
         * <p>What is kept is the Session of the Client Identifier, so set that too, and with it {@code cleanStart(false)} and a
         * Session Expiry Interval. The application closes the store after its clients are disconnected. A client with an
         * empty Client Identifier keeps nothing.
         */
        public Builder sessionStore(SessionStore store) {
            this.sessionStore = Objects.requireNonNull(store, "store");
            return self();
        }

        private ConnectOptions buildConnectOptionsFor() {
            named(server.toString());
            return buildConnectOptions();
        }

        ClientOptions build() {
            return new ClientOptions(this);
        }

        private static void requireSupported(String scheme) {
            switch (scheme) {
                case "mqtts", "ssl", "tls", "mqtt+ssl", "mqtt+tls", "wss" ->
                    throw new IllegalArgumentException("the scheme " + scheme
                            + " is not supported yet: there is no TLS (mqtts://); use mqtt://host:port");
                case "ws", "mqtt+unix" ->
                    throw new IllegalArgumentException(
                            "the scheme " + scheme + " is not supported yet; use mqtt://host:port");
                case "tcp" -> throw new IllegalArgumentException("the scheme tcp is called mqtt: use mqtt://host:port");
                default -> {} // mqtt, or nothing that anybody means
            }
        }

        /** Also where the user name is not recognized as one. */
        private static String withoutUserInfo(String uri) {
            return uri.replaceFirst("//[^/?#]*@", "//");
        }

        private static String notAServer(String uri) {
            return "the URI of a Server is mqtt://host or mqtt://host:port, not \"" + uri + "\"";
        }
    }
}
