package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that connects. */
public final class ConnectionOptions {

    private static final Duration DISCONNECT_TIMEOUT = Duration.ofSeconds(5); // a person waits for it

    private static final URI DEFAULT_SERVER = URI.create("mqtt://localhost:1883");
    private static final int DEFAULT_SECURE_PORT = 8883;
    private static final int LETTERS_BEHIND_PREFIX = 8;

    @Option(
            names = "--server",
            paramLabel = "URI",
            converter = Converters.ServerUri.class,
            description =
                    "The Server: mqtt://host:port or host:port, mqtts://host:port with TLS, ws:// or wss://host:port/path"
                            + " for WebSocket, or mqtt+unix:///path. Default: mqtt://localhost:1883.")
    private @Nullable URI server;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "The Server's host; with --port in place of --server.")
    private @Nullable String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = Converters.Port.class,
            description =
                    "The Server's port; 8883 is taken for TLS. Default: 1883, with TLS 8883, with --ws 80 or 443.")
    private @Nullable Integer port;

    @Option(
            names = {"-L", "--url"},
            paramLabel = "URL",
            converter = ServerUrl.Converter.class,
            description = "Server, user and topic in one: mqtt[s]://[user[:password]@]host[:port]/topic.")
    private @Nullable ServerUrl url;

    @Option(
            names = {"-V", "--protocol"},
            paramLabel = "VERSION",
            converter = Converters.Protocol.class,
            description = "The version of MQTT: 5 (default) or 3.1.1; also mqttv5, mqttv311, 311.")
    private ProtocolVersion protocol = ProtocolVersion.MQTT_5_0;

    @Option(
            names = {"-i", "--client-id", "--id"},
            paramLabel = "ID",
            description = "The Client Identifier. Default: a random one.")
    private @Nullable String clientIdentifier;

    @Option(
            names = {"-I", "--id-prefix"},
            paramLabel = "PREFIX",
            description = "A random Client Identifier with this prefix.")
    private @Nullable String clientIdentifierPrefix;

    @Option(
            names = {"-c", "--disable-clean-session"},
            description = "The Server keeps the Session of --client-id, or resumes it. --store also keeps this client's"
                    + " half of it.")
    private boolean keepsSession;

    @Option(
            names = {"-u", "--user", "--username"},
            paramLabel = "NAME",
            description = "The User Name.")
    private @Nullable String user;

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    @Option(
            names = {"-k", "--keep-alive", "--keepalive"},
            paramLabel = "TIME",
            converter = Converters.Interval.class,
            description = "The Keep Alive, as 90 or 90s, 5m, 1h, 1d; 0: no limit. Default: 60s.")
    private @Nullable Duration keepAlive;

    @Option(
            names = "--clean-start",
            negatable = true,
            description = "Whether to begin a new Session. Default: yes, with --store no.")
    private @Nullable Boolean cleanStart;

    @Option(
            names = {"-x", "--session-expiry"},
            paramLabel = "TIME",
            converter = Converters.Expiry.class,
            description =
                    "How long the Server keeps the Session after the connection: a time, or 'never' to keep it for ever."
                            + " Default: 0, with --store 1d; in MQTT 3.1.1 it is 0 or never, as --clean-start says.")
    private @Nullable Duration sessionExpiry;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description =
                    "Keeps the Session in this file, so that the next command with the same --client-id resumes it.")
    private @Nullable Path store;

    @Option(
            names = "--connect-property",
            paramLabel = "NAME=VALUE",
            converter = Converters.Property.class,
            description = "A User Property of CONNECT; can be given more than once.")
    private List<UserProperty> connectProperties = List.of();

    @Option(
            names = {"-D", "--property"},
            paramLabel = "PACKET NAME VALUE",
            converter = PacketProperty.Converter.class,
            description =
                    "A property of MQTT 5.0: connect, publish or will, its name as in the standard with hyphens, and the"
                            + " value; user-property has a name and a value. Can be given more than once.")
    private List<PacketProperty> properties = List.of();

    @Option(
            names = {"-d", "--debug"},
            description = "Prints the events of the connection on the standard error.")
    private boolean debug;

    @Mixin
    private TlsSettings tls = new TlsSettings();

    @Mixin
    private WayOptions way = new WayOptions();

    @Mixin
    private WillOptions will = new WillOptions();

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private UnsupportedOptions unsupported = new UnsupportedOptions();

    /**
     * Returns where the Server is.
     *
     * @throws IllegalArgumentException if it was said in two ways
     */
    public URI server() {
        boolean byParts = host != null || port != null;
        URI unixServer = way.unixServer();
        if ((server != null ? 1 : 0) + (byParts ? 1 : 0) + (url != null ? 1 : 0) + (unixServer != null ? 1 : 0) > 1) {
            throw new IllegalArgumentException(
                    "the Server is named by --server, by --host and --port, by --url, or by --unix: once");
        } else if (unixServer != null) {
            return unixServer;
        } else if (url != null) {
            return url.server();
        } else if (byParts) {
            String name = host == null ? "localhost" : host;
            boolean bareIpv6 = name.indexOf(':') != name.lastIndexOf(':') && !name.startsWith("[");
            boolean secure = tls.isGiven() || (port != null && port == DEFAULT_SECURE_PORT);
            String scheme = (way.isWebSocket() ? "ws" : "mqtt") + (secure ? "s" : "");
            return Converters.server(
                    scheme + "://" + (bareIpv6 ? "[" + name + "]" : name) + (port == null ? "" : ":" + port));
        }
        return server == null ? DEFAULT_SERVER : server;
    }

    /** Returns the topic behind the host of {@code --url}, or null. */
    @Nullable
    public String topicOfUrl() {
        return url == null ? null : url.topic();
    }

    public ProtocolVersion protocol() {
        return protocol;
    }

    /** Tells whether a person wants to see what happens. */
    public boolean debug() {
        return debug;
    }

    /** Sets the properties of PUBLISH that {@code -D} names. */
    public void apply(ApplicationMessage.Builder message) {
        requireKnownPackets();
        properties.forEach(property -> property.applyTo("publish", message));
    }

    private void requireKnownPackets() {
        properties.forEach(PacketProperty::requireKnownPacket);
    }

    /** Tells whether MQTT 5.0 is spoken, so that there are properties. */
    public boolean isMqtt5() {
        return protocol == ProtocolVersion.MQTT_5_0;
    }

    /**
     * Returns the store, which the caller closes, or null if there is none.
     *
     * @throws IllegalArgumentException if the options do not go together
     */
    public @Nullable SqliteSessionStore openStore() {
        if (store != null && clientIdentifier == null) {
            throw new IllegalArgumentException("--store keeps the Session of a --client-id: give that, too");
        } else if (keepsSession && clientIdentifier == null) {
            throw new IllegalArgumentException("-c keeps the Session of a --client-id: give that, too");
        } else if (keepsSession && cleanStart != null) {
            throw new IllegalArgumentException("-c goes without --clean-start and --no-clean-start");
        } else if (store == null && Boolean.FALSE.equals(cleanStart)) {
            throw new IllegalArgumentException(
                    "--no-clean-start resumes a Session, and that takes a --store to keep it in");
        }
        return store == null ? null : SqliteSessionStore.at(store);
    }

    /**
     * Returns a Session that the Server may have and this client has no half of: whatever is in it comes from the Server. Null
     * if there is to be none.
     */
    @Nullable
    public String sessionOfServer() {
        return keepsSession && store == null && clientIdentifier != null
                ? new SessionSnapshot(
                                clientIdentifier,
                                List.of(
                                        new ConnectionBegun(),
                                        new ConnectionEnded(
                                                System.currentTimeMillis(), SessionOptions.NEVER.toSeconds())))
                        .toJson()
                : null;
    }

    /**
     * Sets what was said; reads the password.
     *
     * @throws IOException if the password, or a file of TLS, cannot be read
     * @throws IllegalArgumentException if something is out of its range
     */
    public void apply(ClientOptions.Builder options, Terminal terminal) throws IOException {
        URI named = server();
        options.server(named).protocolVersion(protocol).disconnectTimeout(DISCONNECT_TIMEOUT);
        tls.apply(options, named);
        way.apply(options, named);
        if (clientIdentifier != null && clientIdentifierPrefix != null) {
            throw new IllegalArgumentException(
                    "the Client Identifier is --client-id, or begins with --id-prefix: not both");
        } else if (clientIdentifier != null) {
            options.clientIdentifier(clientIdentifier);
        } else if (clientIdentifierPrefix != null) {
            options.clientIdentifier(
                    clientIdentifierPrefix + UUID.randomUUID().toString().substring(0, LETTERS_BEHIND_PREFIX));
        }
        String name = user == null && url != null ? url.user() : user;
        if (name != null) {
            options.userName(name);
        }
        String secret = password.read(terminal, url == null ? null : url.password());
        if (secret != null) {
            options.password(secret);
        }
        if (keepAlive != null) {
            options.keepAlive(keepAlive);
        }
        applySession(options);
        requireKnownPackets();
        List<UserProperty> pairs = new ArrayList<>(connectProperties);
        properties.forEach(property -> property.applyTo(options, pairs));
        options.connectSettings(settings -> settings.userProperties(new UserProperties(pairs)));
        will.apply(options, properties);
    }

    private void applySession(ClientOptions.Builder options) {
        boolean clean = cleanStart == null ? store == null && !keepsSession : cleanStart;
        options.cleanStart(clean);
        if (sessionExpiry != null
                && !isMqtt5()
                && !sessionExpiry.equals(clean ? Duration.ZERO : SessionOptions.NEVER)) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 has no --session-expiry but 0 with --clean-start, and 'never' without");
        } else if (sessionExpiry != null) {
            options.sessionExpiryInterval(sessionExpiry);
        } else if (!isMqtt5()) {
            options.cleanSession(clean);
        } else if (keepsSession) {
            options.sessionExpiryInterval(SessionOptions.NEVER);
        } else if (store != null) {
            options.sessionExpiryInterval(Duration.ofDays(1));
        } else {
            options.sessionExpiryInterval(Duration.ZERO);
        }
    }
}
