package io.reactivemqtt.client;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Will;
import io.reactivemqtt.check.Utf8;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of a client: the Server, and the groups {@link SessionOptions}, {@link ConnectSettings}, {@link QueueOptions},
 * {@link TlsOptions}, {@link WebSocketOptions}, {@link SocketOptions} and {@link ReconnectPolicy}. Immutable. {@link #toString}
 * contains no secrets.
 */
public final class ClientOptions {

    private final Builder values;
    private final SessionOptions session;

    private ClientOptions(Builder builder) {
        this.values = new Builder(builder); // which nobody changes any more, so that the Session's need no copy
        this.session = new SessionOptions(values.session);
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the options that {@code calls} makes with a builder, which may not be used afterwards.
     *
     * @throws IllegalArgumentException if they contradict each other, or the version of MQTT cannot express them
     */
    public static ClientOptions of(Consumer<? super Builder> calls) {
        Builder builder = new Builder();
        Objects.requireNonNull(calls, "calls").accept(builder);
        ClientOptions made = builder.build();
        builder.closed = true;
        return made;
    }

    /** Starts options with the values of these, a random Client Identifier too. */
    public Builder mutate() {
        return new Builder(values);
    }

    /** Returns the URI of the Server, the first if there are several. */
    public URI server() {
        return values.servers.get(0);
    }

    /** Returns the URIs of all Servers, in the order in which they are tried. */
    public List<URI> servers() {
        return values.servers;
    }

    /** Returns the options of the Session. */
    public SessionOptions session() {
        return session;
    }

    /** Returns the other contents of CONNECT. */
    public ConnectSettings connectSettings() {
        return values.connectSettings;
    }

    /** Returns what has the credentials of each CONNECT, or null. */
    public @Nullable CredentialsProvider credentials() {
        return values.credentials;
    }

    /** Returns the method of enhanced authentication, or null. */
    public @Nullable Authenticator authenticator() {
        return values.authenticator;
    }

    /** Returns how long before they expire credentials are renewed, where somebody has said when that is. */
    public Duration renewBefore() {
        return values.renewBefore;
    }

    /** Returns what prepares each attempt to connect, or null. */
    public @Nullable ConnectPreparation beforeConnect() {
        return values.beforeConnect;
    }

    /** Returns what lets this and other clients connect one after the other, or null. */
    public @Nullable ConnectLimiter connectLimiter() {
        return values.connectLimiter;
    }

    /** Returns the bounds of the queue. */
    public QueueOptions queue() {
        return values.queue;
    }

    /** Returns when a lost connection is re-established. */
    public ReconnectPolicy reconnect() {
        return values.reconnect;
    }

    /** Returns how {@code ws} and {@code wss} ask for a WebSocket. */
    public WebSocketOptions webSocket() {
        return values.webSocket;
    }

    /** Returns the proxy between the client and the Server, or null. */
    public @Nullable ProxyOptions proxy() {
        return values.proxy;
    }

    /** Returns the options of the TCP socket. */
    public SocketOptions socket() {
        return values.socket;
    }

    /** Returns how {@code mqtts} and {@code wss} secure the connection. */
    public TlsOptions tls() {
        return values.tls;
    }

    /** Returns how long each step of an attempt to connect may take. */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /** Returns how long a disconnect waits for handlers and messages in flight. */
    public Duration disconnectTimeout() {
        return values.disconnectTimeout;
    }

    /** Returns the session store; null: the Session State is kept in memory, in this client. */
    public @Nullable SessionStore sessionStore() {
        return values.sessionStore;
    }

    /** Returns the namespace of the Session in the store. */
    public String sessionNamespace() {
        return values.sessionNamespace;
    }

    /** Returns the observer. */
    public ClientObserver observer() {
        return values.observer;
    }

    /** Returns who says whose turn it is to open the Session; null: who connects last has it. */
    public @Nullable SessionLeases standby() {
        return values.standby;
    }

    /** Returns how long the session store may take for one step. */
    public Duration storeTimeout() {
        return values.storeTimeout;
    }

    /** Returns how long messages that no subscriber has taken wait for one. */
    public Duration keepFor() {
        return values.keepFor;
    }

    /** Returns what happens to a stored subscription that this process has not subscribed to. */
    public Unclaimed unclaimed() {
        return values.unclaimed;
    }

    @Override
    public String toString() {
        List<URI> shown = values.servers.stream().map(ServerUri::shown).toList();
        return "ClientOptions[" + (shown.size() == 1 ? shown.get(0) : shown) + ", " + session + ", "
                + values.connectSettings + ", " + values.queue + "]";
    }

    /** Collects the options, and refuses values out of range at once by {@link IllegalArgumentException}. Not thread-safe. */
    public static final class Builder {
        // one each for all of thousands of clients
        private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
        private static final Duration RENEW_BEFORE = Duration.ofSeconds(30);
        private static final Duration DISCONNECT_TIMEOUT = Duration.ofSeconds(10);
        private static final Duration STORE_TIMEOUT = Duration.ofSeconds(30);
        private static final Duration KEEP_FOR = Duration.ofMinutes(1);

        private List<URI> servers = ServerUri.DEFAULT;
        private SessionOptions.Builder session =
                SessionOptions.builder(); // a builder: what contradicts itself now may be put right until build()
        private ConnectSettings connectSettings = ConnectSettings.DEFAULT;
        private QueueOptions queue = QueueOptions.DEFAULT;
        private @Nullable CredentialsProvider credentials;
        private @Nullable Authenticator authenticator;
        private Duration renewBefore = RENEW_BEFORE;
        private @Nullable ConnectPreparation beforeConnect;
        private @Nullable ConnectLimiter connectLimiter;
        private ReconnectPolicy reconnect = ReconnectPolicy.DEFAULT;
        private TlsOptions tls = TlsOptions.DEFAULT;
        private WebSocketOptions webSocket = WebSocketOptions.DEFAULT;
        private @Nullable ProxyOptions proxy;
        private SocketOptions socket = SocketOptions.DEFAULT;
        private Duration connectTimeout = CONNECT_TIMEOUT;
        private Duration disconnectTimeout = DISCONNECT_TIMEOUT;
        private @Nullable SessionStore sessionStore;
        private String sessionNamespace = SessionKey.DEFAULT_NAMESPACE;
        private @Nullable SessionLeases standby;
        private Duration storeTimeout = STORE_TIMEOUT;
        private Duration keepFor = KEEP_FOR;
        private Unclaimed unclaimed = Unclaimed.UNSUBSCRIBE;
        private ClientObserver observer = ClientObserver.NONE;
        private boolean closed; // by the client that was made of it

        private Builder() {}

        private Builder(Builder other) {
            this.servers = other.servers;
            this.credentials = other.credentials;
            this.authenticator = other.authenticator;
            this.renewBefore = other.renewBefore;
            this.beforeConnect = other.beforeConnect;
            this.connectLimiter = other.connectLimiter;
            this.session = new SessionOptions.Builder(other.session);
            this.connectSettings = other.connectSettings;
            this.queue = other.queue;
            this.reconnect = other.reconnect;
            this.tls = other.tls;
            this.webSocket = other.webSocket;
            this.proxy = other.proxy;
            this.socket = other.socket;
            this.connectTimeout = other.connectTimeout;
            this.disconnectTimeout = other.disconnectTimeout;
            this.sessionStore = other.sessionStore;
            this.sessionNamespace = other.sessionNamespace;
            this.standby = other.standby;
            this.storeTimeout = other.storeTimeout;
            this.keepFor = other.keepFor;
            this.unclaimed = other.unclaimed;
            this.observer = other.observer;
        }

        /**
         * Sets the URI of the Server; default {@code mqtt://localhost:1883}.
         *
         * @param uri {@code mqtt://host:port}, or {@code mqtts://host:port} with TLS, the port is 1883 or 8883 if it is left out;
         *     {@code ws://host:port/path?query} for WebSocket, or {@code wss} with TLS, the port is 80 or 443 and the path {@code /mqtt}
         *     if they are left out; {@code
         *     mqtt+unix:///path} for a Unix domain socket, which needs a native transport of Netty
         * @throws IllegalArgumentException if it is not of this form
         */
        public Builder server(String uri) {
            this.servers = List.of(ServerUri.parse(uri));
            return open();
        }

        /** As {@link #server(String)}. */
        public Builder server(URI uri) {
            this.servers = List.of(ServerUri.require(uri));
            return open();
        }

        /**
         * Sets several Servers of one cluster. Each attempt to connect tries them in this order, until one accepts.
         *
         * @param uris each as in {@link #server(String)}
         * @throws IllegalArgumentException if there is none, or one is not of that form
         */
        public Builder servers(String... uris) {
            if (Objects.requireNonNull(uris, "uris").length == 0) {
                throw new IllegalArgumentException("there is at least one Server");
            }
            this.servers = Stream.of(uris).map(ServerUri::parse).toList();
            return open();
        }

        /**
         * Sets what has the credentials of each CONNECT; default: none, they are those of the {@link ConnectSettings}, which this
         * replaces.
         */
        public Builder credentials(CredentialsProvider provider) {
            this.credentials = Objects.requireNonNull(provider, "provider");
            return open();
        }

        /**
         * Sets the method of enhanced authentication (MQTT 5.0 §4.12), such as {@link ScramSha256}; default: none. Not in MQTT 3.1.1.
         */
        public Builder authenticator(Authenticator method) {
            this.authenticator = Objects.requireNonNull(method, "method");
            Utf8.require(method.method(), "the Authentication Method");
            return open();
        }

        /**
         * Sets how long before they expire {@linkplain Credentials#expiringAt credentials} are renewed by another connection, and what
         * an {@linkplain AuthenticationExchange#expiresAt enhanced authentication} has shown by a re-authentication; default 30 s. What
         * lives for less than twice as long is renewed when half of its time is over.
         */
        public Builder renewBefore(Duration time) {
            this.renewBefore =
                    OptionChecks.positive(Objects.requireNonNull(time, "time"), "the time before the expiry");
            return open();
        }

        /** Sets what prepares each attempt to connect; default: nothing, all are made as these options say. */
        public Builder beforeConnect(ConnectPreparation preparation) {
            this.beforeConnect = Objects.requireNonNull(preparation, "preparation");
            return open();
        }

        /** Sets what lets this and other clients of the process connect one after the other; default: nothing, each when it wants. */
        public Builder connectLimiter(ConnectLimiter limiter) {
            this.connectLimiter = Objects.requireNonNull(limiter, "limiter");
            return open();
        }

        /** Replaces the options of the Session. */
        public Builder session(SessionOptions options) {
            this.session = Objects.requireNonNull(options, "options").mutate();
            return open();
        }

        /** Changes the options of the Session. */
        public Builder session(Consumer<? super SessionOptions.Builder> changes) {
            Objects.requireNonNull(changes, "changes").accept(session);
            return open();
        }

        /** Replaces the other contents of CONNECT. */
        public Builder connectSettings(ConnectSettings settings) {
            this.connectSettings = Objects.requireNonNull(settings, "settings");
            return open();
        }

        /** Changes the other contents of CONNECT. */
        public Builder connectSettings(Consumer<? super ConnectSettings.Builder> changes) {
            ConnectSettings.Builder changed = connectSettings.mutate();
            Objects.requireNonNull(changes, "changes").accept(changed);
            return connectSettings(changed.build());
        }

        /** Replaces the bounds of the queue. */
        public Builder queue(QueueOptions options) {
            this.queue = Objects.requireNonNull(options, "options");
            return open();
        }

        /** Changes the bounds of the queue. */
        public Builder queue(Consumer<? super QueueOptions.Builder> changes) {
            QueueOptions.Builder changed = queue.mutate();
            Objects.requireNonNull(changes, "changes").accept(changed);
            return queue(changed.build());
        }

        /**
         * Sets all that a Session needs to survive the process: Client Identifier, Clean Start 0, Session Expiry Interval and
         * store. In MQTT 3.1.1 the interval is {@link SessionOptions#NEVER}.
         */
        public Builder durableSession(String identifier, Duration interval, SessionStore store) {
            return clientIdentifier(identifier)
                    .cleanStart(false)
                    .sessionExpiryInterval(interval)
                    .sessionStore(store);
        }

        /** Replaces how {@code ws} and {@code wss} ask for a WebSocket; default {@link WebSocketOptions#DEFAULT}. */
        public Builder webSocket(WebSocketOptions options) {
            this.webSocket = Objects.requireNonNull(options, "options");
            return open();
        }

        /** Changes how {@code ws} and {@code wss} ask for a WebSocket. */
        public Builder webSocket(Consumer<? super WebSocketOptions.Builder> changes) {
            WebSocketOptions.Builder changed = webSocket.mutate();
            Objects.requireNonNull(changes, "changes").accept(changed);
            return webSocket(changed.build());
        }

        /** Sets the proxy between the client and the Server, as {@link ProxyOptions#of} takes it; default: none. */
        public Builder proxy(String uri) {
            return proxy(ProxyOptions.of(uri));
        }

        /** Sets the proxy between the client and the Server; default: none. Unix domain sockets do without. */
        public Builder proxy(ProxyOptions options) {
            this.proxy = Objects.requireNonNull(options, "options");
            return open();
        }

        /** Replaces the options of the TCP socket; default {@link SocketOptions#DEFAULT}. */
        public Builder socket(SocketOptions options) {
            this.socket = Objects.requireNonNull(options, "options");
            return open();
        }

        /** Changes the options of the TCP socket. */
        public Builder socket(Consumer<? super SocketOptions.Builder> changes) {
            SocketOptions.Builder changed = socket.mutate();
            Objects.requireNonNull(changes, "changes").accept(changed);
            return socket(changed.build());
        }

        /** Replaces how {@code mqtts} and {@code wss} secure the connection; default {@link TlsOptions#DEFAULT}. */
        public Builder tls(TlsOptions options) {
            this.tls = Objects.requireNonNull(options, "options");
            return open();
        }

        /** Changes how {@code mqtts} and {@code wss} secure the connection. */
        public Builder tls(Consumer<? super TlsOptions.Builder> changes) {
            TlsOptions.Builder changed = tls.mutate();
            Objects.requireNonNull(changes, "changes").accept(changed);
            return tls(changed.build());
        }

        /** Sets when a lost connection is re-established; default {@link ReconnectPolicy#DEFAULT}. */
        public Builder reconnect(ReconnectPolicy policy) {
            this.reconnect = Objects.requireNonNull(policy, "policy");
            return open();
        }

        /** Changes when a lost connection is re-established. */
        public Builder reconnect(Consumer<? super ReconnectPolicy.Builder> changes) {
            ReconnectPolicy.Builder changed = reconnect.mutate();
            Objects.requireNonNull(changes, "changes").accept(changed);
            return reconnect(changed.build());
        }

        /**
         * Sets how long each step of an attempt to connect may take: preparing it, looking the host's name up, opening the
         * connection, the proxy, the upgrade to WebSocket, and the answer to CONNECT; default 10 s. The TLS handshake has {@link
         * TlsOptions.Builder#handshakeTimeout a limit of its own}.
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout =
                    OptionChecks.positive(Objects.requireNonNull(timeout, "timeout"), "the connect timeout");
            return open();
        }

        /** Sets how long a disconnect waits for handlers and messages in flight; default 10 s. */
        public Builder disconnectTimeout(Duration timeout) {
            this.disconnectTimeout =
                    OptionChecks.positive(Objects.requireNonNull(timeout, "timeout"), "the disconnect timeout");
            return open();
        }

        /**
         * Sets the session store, so that the Session State survives the client; default: none, it is kept in the client.
         *
         * <p>The store keeps the Session of the Client Identifier, so set that too, and with it {@code cleanStart(false)} and a
         * Session Expiry Interval: {@link #durableSession} sets all four. The application closes the store after its clients are
         * disconnected. Options with a store are refused with {@link IllegalArgumentException} if the Client Identifier is random
         * or empty, or if they have Clean Start and an interval of zero: the store would contain nothing that could be resumed.
         */
        public Builder sessionStore(SessionStore store) {
            this.sessionStore = Objects.requireNonNull(store, "store");
            return open();
        }

        /**
         * Sets the namespace of the Session in the store; default {@link SessionKey#DEFAULT_NAMESPACE}. Clients of different
         * Servers that share a store, and may have the same Client Identifier, need one each. It is not part of the Session: with
         * another namespace a client starts as if nothing were stored.
         *
         * @param namespace any UTF-8 Encoded String of MQTT; may be empty
         */
        public Builder sessionNamespace(String namespace) {
            this.sessionNamespace =
                    Utf8.require(Objects.requireNonNull(namespace, "namespace"), "the session namespace");
            return open();
        }

        /**
         * Has this client stand by for the others with the same Session, in other processes, instead of taking the Session from them: an active
         * consumer and its standbys. Without this, whoever connects last has the Session, and the one before stops.
         *
         * <p>{@code connect()}, and whatever else needs the Session State, then waits for this client's turn, however long that takes: until the
         * one before has disconnected, or is gone. Meanwhile it is {@link ClientState.Status#STANDING_BY}. A client that loses its turn, for its
         * process stood still or could not reach the store for longer than a lease, loses the connection to whoever has it now, and stands by
         * again; its subscribers and consumers go on when it is back. One that loses the Session while it is its turn stops: somebody takes no
         * turns. A client whose turn it is keeps it until {@code disconnect()}, also where a {@code connect()} failed.
         *
         * @param leases of the store that these options have, for example {@code R2dbcSessionStore.leases(Duration.ofSeconds(10))}. One for a
         *     process: its clients share it, each with a Client Identifier of its own. The application closes it after its clients are
         *     disconnected
         */
        public Builder standby(SessionLeases leases) {
            this.standby = Objects.requireNonNull(leases, "leases");
            return open();
        }

        /**
         * Sets how long the session store may take to open, to append or to close; default 30 s. One that takes longer counts as
         * one that has failed.
         */
        public Builder storeTimeout(Duration timeout) {
            this.storeTimeout = OptionChecks.positive(Objects.requireNonNull(timeout, "timeout"), "the store timeout");
            return open();
        }

        /**
         * Sets how long QoS 1 and 2 messages that no subscriber has taken wait for one; default 1 min. They use up the Receive
         * Maximum and delay later acknowledgements. After this time the connection is closed and re-established, and the Server
         * sends them again; each time in a row doubles it, up to an hour.
         */
        public Builder keepFor(Duration time) {
            this.keepFor =
                    OptionChecks.positive(Objects.requireNonNull(time, "time"), "the time for which messages are kept");
            return open();
        }

        /**
         * Sets what happens to a stored subscription that this process has not subscribed to; default {@link
         * Unclaimed#UNSUBSCRIBE}.
         */
        public Builder unclaimed(Unclaimed policy) {
            this.unclaimed = Objects.requireNonNull(policy, "policy");
            return open();
        }

        /** Sets the observer, such as {@link ClientObserver#logging}; default {@link ClientObserver#NONE}. */
        public Builder observer(ClientObserver listener) {
            this.observer = Objects.requireNonNull(listener, "listener");
            return open();
        }

        /** Sets the version of MQTT; see {@link SessionOptions.Builder#protocolVersion(ProtocolVersion)}. */
        public Builder protocolVersion(ProtocolVersion version) {
            session.protocolVersion(version);
            return open();
        }

        /** Sets the Client Identifier; see {@link SessionOptions.Builder#clientIdentifier(String)}. */
        public Builder clientIdentifier(String identifier) {
            session.clientIdentifier(identifier);
            return open();
        }

        /** Sets whether connecting discards an earlier Session; see {@link SessionOptions.Builder#cleanStart(boolean)}. */
        public Builder cleanStart(boolean clean) {
            session.cleanStart(clean);
            return open();
        }

        /**
         * Sets how long the Server keeps the Session State after the connection ends; see {@link
         * SessionOptions.Builder#sessionExpiryInterval(Duration)}.
         */
        public Builder sessionExpiryInterval(Duration interval) {
            session.sessionExpiryInterval(interval);
            return open();
        }

        /**
         * Sets Clean Start and Session Expiry Interval as Clean Session of MQTT 3.1.1 does; see {@link
         * SessionOptions.Builder#cleanSession(boolean)}.
         */
        public Builder cleanSession(boolean clean) {
            session.cleanSession(clean);
            return open();
        }

        /**
         * Sets how many QoS 1 and 2 messages may arrive without being acknowledged; see {@link
         * SessionOptions.Builder#receiveMaximum(int)}.
         */
        public Builder receiveMaximum(int count) {
            session.receiveMaximum(count);
            return open();
        }

        /** Sets the longest silence of this client; see {@link ConnectSettings.Builder#keepAlive(Duration)}. */
        public Builder keepAlive(Duration interval) {
            return connectSettings(settings -> settings.keepAlive(interval));
        }

        /** Sets the User Name; see {@link ConnectSettings.Builder#userName(String)}. */
        public Builder userName(String name) {
            return connectSettings(settings -> settings.userName(name));
        }

        /** Sets the Password; see {@link ConnectSettings.Builder#password(String)}. */
        public Builder password(String secret) {
            return connectSettings(settings -> settings.password(secret));
        }

        /**
         * Sets what the Server publishes if the connection ends without a DISCONNECT; see {@link
         * ConnectSettings.Builder#will(Will)}.
         */
        public Builder will(Will message) {
            return connectSettings(settings -> settings.will(message));
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if they do not go together, or the version of MQTT cannot say them
         */
        public ClientOptions build() {
            ClientOptions options = new ClientOptions(this);
            OptionChecks.sayable(options.session);
            OptionChecks.sayable(connectSettings, OptionChecks.leastVersion(options.session));
            OptionChecks.sayable(authenticator, OptionChecks.leastVersion(options.session));
            if (sessionStore != null) {
                OptionChecks.worthStoring(options.session);
            } else if (standby != null) {
                throw new IllegalArgumentException(
                        "who stands by waits for a Session in a store: set sessionStore() too");
            }
            return options;
        }

        private Builder open() {
            if (closed) {
                throw new IllegalStateException("the client is made: options cannot be changed any more");
            }
            return this;
        }
    }
}
