package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ProxyOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The way to the Server: WebSocket, and what is in between. */
final class WayOptions {

    @Option(
            names = {"--ws", "--websocket"},
            description = "Connects to --host by WebSocket, as ws://host:port/mqtt does, with TLS as wss://.")
    private boolean webSocket;

    @Option(
            names = "--ws-header",
            paramLabel = "NAME=VALUE",
            converter = Converters.Property.class,
            description = "A header of the request for a WebSocket; can be given more than once.")
    private List<UserProperty> headers = List.of();

    @Option(
            names = "--proxy",
            paramLabel = "URI",
            converter = ProxyConverter.class,
            description = "The proxy on the way: http://host:port, socks4://host:port or socks5://host:port, with"
                    + " user:password@ before the host if it wants that.")
    private @Nullable ProxyOptions proxy;

    @Option(
            names = "--unix",
            paramLabel = "PATH",
            description = "The Server's Unix domain socket, in place of --server.")
    private @Nullable Path unixSocket;

    @Option(
            names = {"-A", "--bind"},
            paramLabel = "ADDRESS",
            description = "The address of this machine from which to connect.")
    private @Nullable String localAddress;

    /** Returns the Server that {@code --unix} names, or null. */
    @Nullable
    URI unixServer() {
        return unixSocket == null
                ? null
                : URI.create(
                        "mqtt+unix://" + unixSocket.toAbsolutePath().toUri().getRawPath());
    }

    /** Tells whether {@code --host} is reached by WebSocket. */
    boolean isWebSocket() {
        return webSocket;
    }

    /** @throws IllegalArgumentException if something is said of a WebSocket, and {@code server} has none */
    void apply(ClientOptions.Builder options, URI server) {
        boolean served = server.getScheme().toLowerCase(Locale.ROOT).startsWith("ws");
        if ((webSocket || !headers.isEmpty()) && !served) {
            throw new IllegalArgumentException(
                    "--ws and --ws-header need a Server that is named by --host and --port, or as"
                            + " ws://host:port/path or wss://host:port/path");
        }
        options.webSocket(request -> headers.forEach(header -> request.header(header.name(), header.value())));
        if (proxy != null) {
            options.proxy(proxy);
        }
        String from = localAddress;
        if (from != null) {
            options.socket(socket -> socket.localAddress(from));
        }
    }

    static final class ProxyConverter implements ITypeConverter<ProxyOptions> {
        @Override
        public ProxyOptions convert(String value) {
            try {
                return ProxyOptions.of(value);
            } catch (IllegalArgumentException wrong) { // which does not repeat what may be a password
                throw new TypeConversionException(wrong.getMessage());
            }
        }
    }
}
