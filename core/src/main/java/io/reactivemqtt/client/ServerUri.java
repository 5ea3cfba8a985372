package io.reactivemqtt.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the URI of a Server; what it refuses it quotes without what may be a secret. */
public final class ServerUri {

    static final List<URI> DEFAULT = List.of(URI.create("mqtt://localhost:1883"));

    private static final Set<String> TCP = Set.of("mqtt", "mqtts");
    private static final Set<String> WEB_SOCKET = Set.of("ws", "wss");
    private static final String UNIX = "mqtt+unix";

    /** The one that was parsed last: clients of one Server come in thousands, and a URI takes some 400 bytes. */
    private static volatile URI last = DEFAULT.get(0);

    private ServerUri() {}

    /** Returns {@code server} as it may be shown: without the query of a WebSocket URI, which may be a signature. */
    public static URI shown(URI server) {
        Objects.requireNonNull(server, "server");
        return server.getRawQuery() == null
                ? server
                : URI.create(server.toString().substring(0, server.toString().indexOf('?')));
    }

    static URI parse(String uri) {
        URI known = last;
        if (known.toString().equals(Objects.requireNonNull(uri, "uri"))) {
            return known;
        }
        try {
            URI parsed = require(new URI(uri));
            if (parsed.getRawQuery() == null) { // which may be a signature
                last = parsed;
            }
            return parsed;
        } catch (URISyntaxException malformed) { // no cause: it quotes what may be a password
            throw new IllegalArgumentException(notAServer(uri) + ": " + malformed.getReason());
        }
    }

    static URI require(URI uri) {
        Objects.requireNonNull(uri, "uri");
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the URI of a Server has no user name or password: use userName() and password()");
        } else if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException(notAServer(uri.toString()) + ": a fragment is not allowed");
        } else if (scheme.equals(UNIX)) {
            return requirePathOfSocket(uri);
        }
        requireHost(uri, scheme);
        boolean hasPath = uri.getRawPath() != null && uri.getRawPath().length() > 1;
        if (TCP.contains(scheme) && (hasPath || uri.getRawQuery() != null)) {
            throw new IllegalArgumentException(
                    notAServer(uri.toString()) + ": a path or query is for WebSocket (ws, wss) alone");
        }
        return uri;
    }

    private static void requireHost(URI uri, String scheme) {
        requireKnown(scheme);
        String authority = uri.getRawAuthority();
        if (uri.getHost() == null && authority != null && authority.indexOf('_') >= 0) {
            throw new IllegalArgumentException(
                    notAServer(uri.toString()) + ": the name of a host has no underscore (_)");
        } else if (!(TCP.contains(scheme) || WEB_SOCKET.contains(scheme))
                || uri.getHost() == null
                || uri.getPort() == 0
                || uri.getPort() > 65_535) {
            throw new IllegalArgumentException(notAServer(uri.toString()));
        }
    }

    private static URI requirePathOfSocket(URI uri) {
        boolean isAlone = uri.getRawAuthority() == null && uri.getRawQuery() == null;
        if (!isAlone
                || uri.getPath() == null
                || !uri.getPath().startsWith("/")
                || uri.getPath().length() == 1) {
            throw new IllegalArgumentException(
                    "the URI of a Unix domain socket is mqtt+unix:///path/of/the/socket, with three slashes");
        }
        return uri;
    }

    private static String notAServer(String uri) {
        return "the URI of a Server is mqtt://host:port, mqtts://host:port with TLS, ws://host:port/path or"
                + " wss://host:port/path for WebSocket, or mqtt+unix:///path, not \"" + Shown.withoutSecrets(uri)
                + "\"";
    }

    private static void requireKnown(String scheme) {
        switch (scheme) {
            case "ssl", "tls", "mqtt+ssl", "mqtt+tls" ->
                throw new IllegalArgumentException("the scheme " + scheme + " is called mqtts: use mqtts://host:port");
            case "mqtt+ws", "http" ->
                throw new IllegalArgumentException("the scheme " + scheme + " is called ws: use ws://host:port/path");
            case "mqtt+wss", "https" ->
                throw new IllegalArgumentException("the scheme " + scheme + " is called wss: use wss://host:port/path");
            case "unix" ->
                throw new IllegalArgumentException("the scheme unix is called mqtt+unix: use mqtt+unix:///path");
            case "tcp" -> throw new IllegalArgumentException("the scheme tcp is called mqtt: use mqtt://host:port");
            default -> {} // one that is known, or nothing that anybody means
        }
    }

    /** What may be shown of a URI, however malformed. Apart, as few need it. */
    private static final class Shown {

        private static final Pattern SCHEME_AND_REST =
                Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)?(.*)", Pattern.DOTALL);
        private static final Pattern AS_FAR_AS_AN_AT_SIGN = Pattern.compile("^.*(?:@|\uFF20|%40)", Pattern.DOTALL);
        private static final Pattern ADDRESS = Pattern.compile("\\[[0-9A-Fa-f:.%]*](?::\\d*)?");
        private static final Pattern NOT_A_PORT = Pattern.compile(":(?!\\d{0,9}$).*", Pattern.DOTALL);

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
    }
}
