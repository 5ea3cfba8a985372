package io.reactivemqtt.client;

import io.reactivemqtt.store.SessionStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the Server is, what it is told, and what the client does when the connection is lost. */
public final class ClientOptions {

    private static final int DEFAULT_PORT = 1883;
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration KEEP_FOR = Duration.ofMinutes(1);

    private final URI server;
    private final ConnectOptions connect;
    private final ReconnectPolicy reconnect;
    private final @Nullable SessionStore sessionStore;
    private final Duration storeTimeout;
    private final Duration keepFor;
    private final Unclaimed unclaimed;

    private ClientOptions(Builder builder) {
        this.server = builder.server;
        this.connect = builder.buildConnectOptionsFor();
        this.reconnect = builder.reconnect;
        this.sessionStore = builder.sessionStore;
        this.storeTimeout = builder.storeTimeout;
        this.keepFor = builder.keepFor;
        this.unclaimed = builder.unclaimed;
        builder.built = true;
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
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

    /** Returns how long the session store may take for one step. */
    public Duration storeTimeout() {
        return storeTimeout;
    }

    /** Returns how long messages that no subscriber has taken wait for one. */
    public Duration keepFor() {
        return keepFor;
    }

    /** Returns what becomes of a stored subscription that nobody asks for. */
    public Unclaimed unclaimed() {
        return unclaimed;
    }

    /** Collects the options; those of CONNECT are inherited. Not thread-safe. */
    public static final class Builder extends ConnectOptions.Builder<Builder> {
        private URI server = URI.create("mqtt://localhost:" + DEFAULT_PORT);
        private ReconnectPolicy reconnect = ReconnectPolicy.DEFAULT;
        private @Nullable SessionStore sessionStore;
        private Duration storeTimeout = STORE_TIMEOUT;
        private Duration keepFor = KEEP_FOR;
        private Unclaimed unclaimed = Unclaimed.UNSUBSCRIBE;
        private boolean built;

        private Builder() {}

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
            } catch (URISyntaxException malformed) { // no cause: it quotes what may be a password
                throw new IllegalArgumentException(notAServer(uri) + ": " + malformed.getReason());
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
                        notAServer(uri.toString()) + ": the name of a host has no underscore (_)");
            }
            if (!scheme.equals("mqtt") || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
                throw new IllegalArgumentException(notAServer(uri.toString()));
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
         * Session Expiry Interval. The application closes the store after its clients are disconnected. Making a client with a
         * store fails with {@link IllegalArgumentException} if its Client Identifier is random or empty, or if it has Clean Start
         * and an interval of zero: the store would keep nothing that anybody could go on with.
         */
        public Builder sessionStore(SessionStore store) {
            this.sessionStore = Objects.requireNonNull(store, "store");
            return self();
        }

        /**
         * Sets how long the session store may take to open, to append or to close; default 30 s. One that takes longer counts as one
         * that has failed.
         *
         * @throws IllegalArgumentException if it is not longer than zero
         */
        public Builder storeTimeout(Duration timeout) {
            this.storeTimeout = positive(Objects.requireNonNull(timeout, "timeout"), "the store timeout");
            return self();
        }

        /**
         * Sets how long QoS 1 and 2 messages that no subscriber has taken wait for one; default 1 min. They use up the Receive Maximum
         * and hold the acknowledgements behind them back. After this time the connection is given up and re-established, and the Server
         * sends them again; each time in a row doubles it, up to an hour.
         *
         * @throws IllegalArgumentException if it is not longer than zero
         */
        public Builder keepFor(Duration time) {
            this.keepFor = positive(Objects.requireNonNull(time, "time"), "the time for which messages are kept");
            return self();
        }

        /** Sets what becomes of a stored subscription that no code of this process asks for; default {@link Unclaimed#UNSUBSCRIBE}. */
        public Builder unclaimed(Unclaimed policy) {
            this.unclaimed = Objects.requireNonNull(policy, "policy");
            return self();
        }

        private static Duration positive(Duration time, String what) {
            if (time.isZero() || time.isNegative() || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(what + " is longer than zero, at most " + LONGEST + ", not " + time);
            }
            return time;
        }

        private ConnectOptions buildConnectOptionsFor() {
            if (sessionStore != null) {
                requireSessionToStore();
            }
            named(server.toString());
            return buildConnectOptions();
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if they do not go together, or the version of MQTT cannot say them
         */
        public ClientOptions build() {
            return new ClientOptions(this);
        }

        private static String notAServer(String uri) {
            return "the URI of a Server is mqtt://host or mqtt://host:port, not \"" + withoutSecrets(uri) + "\"";
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

        /**
         * Returns what may be shown of a URI, however malformed: nothing before the last @, encoded or not, nothing behind a colon
         * but a number, and no path or query. Whoever wrote it may have meant any of these as a password.
         */
        private static String withoutSecrets(String uri) {
            Matcher parts = SCHEME_AND_REST.matcher(uri);
            if (!parts.matches()) {
                return "";
            }
            String scheme = parts.group(1) == null ? "" : parts.group(1);
            String rest = AS_FAR_AS_AN_AT_SIGN.matcher(parts.group(2)).replaceFirst("");
            String host = rest.split("[/?#]", 2)[0];
            return scheme
                    + (ADDRESS.matcher(host).matches()
                            ? host
                            : NOT_A_PORT.matcher(host).replaceFirst(":..."));
        }

        private static final Pattern SCHEME_AND_REST =
                Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)?(.*)", Pattern.DOTALL);
        private static final Pattern AS_FAR_AS_AN_AT_SIGN = Pattern.compile("^.*(?:@|\uFF20|%40)", Pattern.DOTALL);
        private static final Pattern ADDRESS = Pattern.compile("\\[[0-9A-Fa-f:.%]*](?::\\d*)?");
        private static final Pattern NOT_A_PORT = Pattern.compile(":(?!\\d{0,9}$).*", Pattern.DOTALL);
    }
}
