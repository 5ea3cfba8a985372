package io.reactivemqtt.samples.cli;

import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.reactor.ClientOptions;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that connects. */
public final class ConnectionOptions {

    static final String PASSWORD_VARIABLE = "MQTT_PASSWORD";

    private static final Duration DISCONNECT_TIMEOUT = Duration.ofSeconds(5); // a person waits for it

    @Option(
            names = {"-s", "--server"},
            paramLabel = "URI",
            converter = Converters.ServerUri.class,
            description = "The Server: mqtt://host or mqtt://host:port. Default: mqtt://localhost:1883.")
    private URI server = URI.create("mqtt://localhost:1883");

    @Option(
            names = "--protocol",
            paramLabel = "VERSION",
            converter = Converters.Protocol.class,
            description = "The version of MQTT: 5 (default) or 3.1.1.")
    private ProtocolVersion protocol = ProtocolVersion.MQTT_5_0;

    @Option(
            names = {"-i", "--client-id"},
            paramLabel = "ID",
            description = "The Client Identifier. Default: a random one.")
    private @Nullable String clientIdentifier;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "The User Name.")
    private @Nullable String user;

    @Mixin
    private PasswordOptions password = new PasswordOptions();

    @Option(
            names = "--keep-alive",
            paramLabel = "TIME",
            converter = Converters.Interval.class,
            description = "The longest silence, as 90 or 90s, 5m, 1h, 1d; 0: no limit. Default: 60s.")
    private @Nullable Duration keepAlive;

    @Option(
            names = "--clean-start",
            negatable = true,
            description = "Whether to begin a new Session. Default: yes, with --store no.")
    private @Nullable Boolean cleanStart;

    @Option(
            names = "--session-expiry",
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
                    "Keeps the Session in this file, so that the next command with the same --client-id goes on with it.")
    private @Nullable Path store;

    @Option(
            names = "--connect-property",
            paramLabel = "NAME=VALUE",
            converter = Converters.Property.class,
            description = "A User Property of CONNECT; can be given more than once.")
    private List<UserProperty> connectProperties = List.of();

    @Mixin
    private WillOptions will = new WillOptions();

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private UnsupportedOptions unsupported = new UnsupportedOptions();

    /** Returns where the Server is. */
    public URI server() {
        return server;
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
        } else if (store == null && Boolean.FALSE.equals(cleanStart)) {
            throw new IllegalArgumentException(
                    "--no-clean-start goes on with a Session, and that takes a --store to keep it in");
        }
        return store == null ? null : SqliteSessionStore.at(store);
    }

    /**
     * Sets what was said; reads the password.
     *
     * @throws IOException if the password cannot be read
     * @throws IllegalArgumentException if something is out of its range
     */
    public void apply(ClientOptions.Builder options, Terminal terminal) throws IOException {
        options.server(server).protocolVersion(protocol).disconnectTimeout(DISCONNECT_TIMEOUT);
        if (clientIdentifier != null) {
            options.clientIdentifier(clientIdentifier);
        }
        if (user != null) {
            options.userName(user);
        }
        String secret = password.read(terminal);
        if (secret != null) {
            options.password(secret);
        }
        if (keepAlive != null) {
            options.keepAlive(keepAlive);
        }
        applySession(options);
        options.userProperties(new UserProperties(connectProperties));
        will.apply(options);
    }

    private void applySession(ClientOptions.Builder options) {
        boolean clean = cleanStart == null ? store == null : cleanStart;
        options.cleanStart(clean);
        if (sessionExpiry != null
                && !isMqtt5()
                && !sessionExpiry.equals(clean ? Duration.ZERO : ConnectOptions.NEVER)) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 has no --session-expiry but 0 with --clean-start, and 'never' without");
        } else if (sessionExpiry != null) {
            options.sessionExpiryInterval(sessionExpiry);
        } else if (!isMqtt5()) {
            options.cleanSession(clean);
        } else if (store != null) {
            options.sessionExpiryInterval(Duration.ofDays(1));
        } else {
            options.sessionExpiryInterval(Duration.ZERO);
        }
    }
}
