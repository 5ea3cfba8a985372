package io.reactivemqtt.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between the client and the Server, to which it hands the name of the Server's host. Immutable. {@link #toString} contains
 * no secrets.
 */
public final class ProxyOptions {

    /** How a proxy is spoken to. */
    public enum Kind {
        /** HTTP, by the method CONNECT. */
        HTTP(3128),
        /** SOCKS 4a; it has no password. */
        SOCKS4(1080),
        /** SOCKS 5. */
        SOCKS5(1080);

        private final int defaultPort;

        Kind(int defaultPort) {
            this.defaultPort = defaultPort;
        }
    }

    private final Kind kind;
    private final String host;
    private final int port;
    private final @Nullable String userName;
    private final @Nullable String secret;
    private final Predicate<? super String> bypass;

    private ProxyOptions(
            Kind kind,
            String host,
            int port,
            @Nullable String userName,
            @Nullable String secret,
            Predicate<? super String> bypass) {
        this.kind = kind;
        this.host = host;
        this.port = port;
        this.userName = userName;
        this.secret = secret;
        this.bypass = bypass;
    }

    /**
     * Returns the proxy at {@code uri}.
     *
     * @param uri {@code http://host:port}, {@code socks4://host:port} or {@code socks5://host:port}, with {@code user:password@} before
     *     the host if the proxy wants that; the port is 3128 or 1080 if it is left out
     * @throws IllegalArgumentException if it is not of this form; the message does not repeat it
     */
    public static ProxyOptions of(String uri) {
        URI parsed;
        try {
            parsed = new URI(Objects.requireNonNull(uri, "uri"));
        } catch (URISyntaxException malformed) { // no cause: it quotes what may be a password
            throw notAProxy();
        }
        Kind kind = kindOf(parsed);
        boolean isAlone = (parsed.getRawPath() == null || parsed.getRawPath().length() <= 1)
                && parsed.getRawQuery() == null
                && parsed.getRawFragment() == null;
        if (!isAlone || parsed.getHost() == null || parsed.getPort() == 0 || parsed.getPort() > 65_535) {
            throw notAProxy();
        }
        String host = parsed.getHost();
        ProxyOptions proxy = new ProxyOptions(
                kind,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                parsed.getPort() < 0 ? kind.defaultPort : parsed.getPort(),
                null,
                null,
                any -> false);
        if (parsed.getUserInfo() == null) {
            return proxy;
        }
        int colon = parsed.getUserInfo().indexOf(':');
        return colon < 0
                ? proxy.withUserName(parsed.getUserInfo())
                : proxy.withCredentials(
                        parsed.getUserInfo().substring(0, colon),
                        parsed.getUserInfo().substring(colon + 1));
    }

    private static Kind kindOf(URI uri) {
        return switch (uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http" -> Kind.HTTP;
            case "socks4", "socks4a" -> Kind.SOCKS4;
            case "socks", "socks5", "socks5h" -> Kind.SOCKS5;
            default -> throw notAProxy();
        };
    }

    private static IllegalArgumentException notAProxy() {
        return new IllegalArgumentException("the URI of a proxy is http://host:port, socks4://host:port or"
                + " socks5://host:port, with user:password@ before the host if it wants that");
    }

    /** Returns this proxy with a user name, and no password. */
    public ProxyOptions withUserName(String name) {
        return new ProxyOptions(kind, host, port, Objects.requireNonNull(name, "name"), null, bypass);
    }

    /**
     * Returns this proxy with a user name and a password.
     *
     * @throws IllegalArgumentException for SOCKS 4, which has no password
     */
    public ProxyOptions withCredentials(String name, String password) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(password, "password");
        if (kind == Kind.SOCKS4) {
            throw new IllegalArgumentException("SOCKS 4 has no password: use socks5, or withUserName(...)");
        }
        return new ProxyOptions(kind, host, port, name, password, bypass);
    }

    /**
     * Returns this proxy, but not for the Servers that {@code hosts} is true for.
     *
     * @param hosts takes the host of the Server's URI, a name or an address without brackets; any thread
     */
    public ProxyOptions except(Predicate<? super String> hosts) {
        return new ProxyOptions(kind, host, port, userName, secret, Objects.requireNonNull(hosts, "hosts"));
    }

    /** Returns how the proxy is spoken to. */
    public Kind kind() {
        return kind;
    }

    /** Returns its host, without brackets. */
    public String host() {
        return host;
    }

    /** Returns its port. */
    public int port() {
        return port;
    }

    /** Returns the user name, or null. */
    public @Nullable String userName() {
        return userName;
    }

    /** Returns the password, or null. */
    public @Nullable String password() {
        return secret;
    }

    /** Returns whether connections to {@code serverHost} go through the proxy. */
    public boolean isFor(String serverHost) {
        return !bypass.test(Objects.requireNonNull(serverHost, "serverHost"));
    }

    @Override
    public String toString() {
        return "ProxyOptions[" + kind + " " + host + ":" + port + ", userName="
                + (userName == null ? "none" : "present") + ", password=" + (secret == null ? "none" : "present") + "]";
    }
}
