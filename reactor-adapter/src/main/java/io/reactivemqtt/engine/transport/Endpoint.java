package io.reactivemqtt.engine.transport;

import java.net.URI;

/**
 * Where a Server is.
 *
 * @param host its name or address, without brackets
 * @param port of TCP
 */
public record Endpoint(String host, int port) {

    private static final int DEFAULT_PORT = 1883;

    /** Returns where {@code server}, such as {@code mqtt://host:port}, is. */
    public static Endpoint of(URI server) {
        String host = server.getHost();
        return new Endpoint(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                server.getPort() < 0 ? DEFAULT_PORT : server.getPort());
    }
}
