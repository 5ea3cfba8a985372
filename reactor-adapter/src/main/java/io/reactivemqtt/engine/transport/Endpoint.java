package io.reactivemqtt.engine.transport;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a Server is, and how it is spoken to.
 *
 * @param server the URI
 * @param host its name or address, without brackets
 * @param port of TCP
 * @param isSecure whether through TLS
 */
public record Endpoint(URI server, String host, int port, boolean isSecure) {

    /** What never leaves this host. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(?:\\.\\d+){3}|(?:0*:)*0*1", Pattern.CASE_INSENSITIVE);

    private static final int DEFAULT_PORT = 1883;
    private static final int DEFAULT_SECURE_PORT = 8883;

    /** Returns what {@code server}, such as {@code mqtt://host:port}, names. */
    public static Endpoint of(URI server) {
        String host = server.getHost();
        boolean secure = server.getScheme().toLowerCase(Locale.ROOT).equals("mqtts");
        int defaultPort = secure ? DEFAULT_SECURE_PORT : DEFAULT_PORT;
        return new Endpoint(
                server,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                server.getPort() < 0 ? defaultPort : server.getPort(),
                secure);
    }

    /** Returns whether others on the way can read what is sent. */
    public boolean isReadableByOthers() {
        return !isSecure && !LOOPBACK.matcher(host).matches();
    }
}
