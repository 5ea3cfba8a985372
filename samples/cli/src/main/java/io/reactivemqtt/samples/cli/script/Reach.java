package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.CredentialsProvider;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.TlsOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What {@code new} says of the way to the Server: where it is, how the way is secured, with which credentials, how often it is tried. */
final class Reach {

    /** Has what a {@code reconnect} does not say. */
    private static final Backoff DEFAULT = ReconnectPolicy.DEFAULT.backoff();

    private Reach() {}

    static void apply(Fields fields, ClientOptions.Builder options) {
        Fields tls = fields.objectOrNull("tls");
        List<String> servers = fields.textsOrNone("servers");
        String path = fields.textOrNull("ws");
        String proxy = fields.textOrNull("proxy");
        if (servers.isEmpty()) {
            String scheme = (path == null ? "mqtt" : "ws") + (tls == null ? "" : "s");
            options.server(server(scheme, fields.text("host"), (int) fields.number("port", 1, 65_535), path));
        } else {
            options.servers(servers.toArray(String[]::new));
        }
        if (tls != null) {
            options.tls(secured -> tls(tls, secured));
        }
        if (proxy != null) {
            options.proxy(proxy);
        }
        List<Fields> credentials = fields.objectsOrNone("credentials");
        if (!credentials.isEmpty()) {
            options.credentials(
                    inTurn(credentials.stream().map(Reach::credentials).toList()));
        }
        Fields authentication = fields.objectOrNull("auth");
        if (authentication != null) {
            options.authenticator(authenticator(authentication));
        }
        options.reconnect(reconnect(fields.objectOrNull("reconnect")));
    }

    private static URI server(String scheme, String host, int port, @Nullable String path) {
        try {
            return new URI(scheme, null, host, port, path, null, null); // puts brackets around an IPv6 address
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException(
                    "the field \"host\" is not the name or address of a host, or the field \"ws\" not a path",
                    malformed);
        }
    }

    private static void tls(Fields fields, TlsOptions.Builder tls) {
        String authority = fields.textOrNull("ca");
        String certificate = fields.textOrNull("cert");
        String key = fields.textOrNull("key");
        String pin = fields.textOrNull("pin");
        if (authority != null) {
            tls.trustedCertificates(Path.of(authority));
        }
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("the fields \"cert\" and \"key\" of \"tls\" go together");
        } else if (certificate != null && key != null) {
            tls.clientCertificate(Path.of(certificate), Path.of(key));
        }
        if (fields.flag("insecureHost", false)) {
            tls.insecureSkipHostnameVerification();
        }
        if (pin != null) {
            tls.pins(pin);
        }
        tls.applicationProtocols(fields.textsOrNone("alpn").toArray(String[]::new));
        fields.end();
    }

    private static Credentials credentials(Fields fields) {
        String user = fields.textOrNull("user");
        Payload password = fields.base64OrNull("password");
        fields.end();
        Payload sent = password == null ? Payload.EMPTY : password;
        return user == null ? Credentials.ofToken(sent.asUtf8()) : Credentials.of(user, sent);
    }

    /** One for each attempt, and then the last again. */
    private static CredentialsProvider inTurn(List<Credentials> all) {
        AtomicInteger next = new AtomicInteger();
        return attempt -> Mono.fromSupplier(() -> all.get(Math.min(next.getAndIncrement(), all.size() - 1)));
    }

    /** Gives the first answer by itself, in CONNECT and in each re-authentication, and one of the others to each question. */
    private static Authenticator authenticator(Fields fields) {
        String method = fields.text("method");
        List<Payload> answers = fields.base64s("answers");
        fields.end();
        return new Authenticator() {
            @Override
            public String method() {
                return method;
            }

            @Override
            public AuthenticationExchange begin(ConnectAttempt attempt) {
                Iterator<Payload> next = answers.iterator();
                return new AuthenticationExchange() {
                    @Override
                    public Publisher<Payload> begin() {
                        return said();
                    }

                    @Override
                    public Publisher<Payload> answer(Payload challenge) {
                        return said();
                    }

                    private Mono<Payload> said() {
                        return next.hasNext() ? Mono.just(next.next()) : Mono.empty();
                    }
                };
            }
        };
    }

    private static ReconnectPolicy reconnect(@Nullable Fields fields) {
        if (fields == null) {
            return ReconnectPolicy.NONE;
        }
        Long first = fields.numberOrNull("initialMs", 1, Integer.MAX_VALUE);
        Long longest = fields.numberOrNull("maxMs", 1, Integer.MAX_VALUE);
        Long attempts = fields.numberOrNull("maxAttempts", 0, Integer.MAX_VALUE);
        Long elapsed = fields.numberOrNull("maxElapsedMs", 1, Integer.MAX_VALUE);
        ReconnectPolicy.Builder policy = ReconnectPolicy.builder()
                .backoff(
                        first == null ? DEFAULT.bound(1) : Duration.ofMillis(first),
                        longest == null ? DEFAULT.bound(Integer.MAX_VALUE) : Duration.ofMillis(longest))
                .retryFirst(fields.flag("retryFirst", false));
        Long redirects = fields.numberOrNull("redirect", 0, 3);
        fields.end();
        if (attempts != null) {
            policy.maxAttempts(attempts.intValue());
        }
        if (redirects != null) {
            policy.maxRedirects(redirects.intValue());
        }
        if (elapsed != null) {
            policy.maxElapsed(Duration.ofMillis(elapsed));
        }
        return policy.build();
    }
}
