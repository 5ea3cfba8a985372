package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.reactivemqtt.client.ServerCertificateCheck;
import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.client.TlsSession;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The TLS of one client's connections. Files are read again for each; while they have not changed, the context stays, so that a
 * session of TLS can be resumed. Any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that is closed
final class Tls {

    private final TlsOptions options;
    private final @Nullable Supplier<SslContext> given;
    private volatile @Nullable SslContext context;
    private byte[] trusted = {};
    private byte[] chain = {};
    private byte[] key = {};

    /**
     * Uses what {@code given}, if it is not null, has at each attempt, in place of what {@code options} say about trust, certificates,
     * versions and ALPN.
     */
    Tls(TlsOptions options, @Nullable Supplier<SslContext> given) {
        this.options = options;
        this.given = given;
    }

    /**
     * Returns a channel after the handshake and all checks; until then nothing of MQTT leaves.
     *
     * @param dial opens a channel that is secured by what it is given
     */
    Publisher<Channel> connect(Function<Function<Channel, SslHandler>, Publisher<Channel>> dial, Opening opening) {
        return Mono.from(ready())
                .onErrorMap(failure ->
                        opening.failed(Phase.TLS, "the TLS options of this client cannot be used: " + failure, failure))
                .flatMap(made -> {
                    Mono<Channel> connected = Mono.from(
                                    dial.apply(channel -> handler(made, channel, opening.endpoint())))
                            .flatMap(channel -> Mono.from(checked(channel, opening)));
                    return connected.onErrorResume(ForAnotherName.class, forgotten -> connected);
                });
    }

    /** Returns {@code channel} after all checks. */
    private Publisher<Channel> checked(Channel channel, Opening opening) {
        return Mono.fromCallable(() -> verified(channel))
                .delayUntil(session -> asked(session, opening))
                .doOnNext(session -> channel.attr(PacketHandler.TLS_SESSION).set(session))
                .thenReturn(channel)
                .doOnError(failure -> channel.close())
                .doOnCancel(channel::close);
    }

    /** Returns what the application decides about a Server. */
    private Publisher<Void> asked(TlsSession session, Opening opening) {
        ServerCertificateCheck check = options.serverCertificateCheck();
        if (check == null) {
            return Mono.empty(); // without a timer, which would wake a thread for each connection
        }
        return Flux.defer(() -> check.check(session))
                .then()
                .timeout(options.handshakeTimeout())
                .onErrorMap(failure -> opening.failed(
                        Phase.TLS, "serverCertificateCheck(...) has refused the Server: " + failure, failure));
    }

    /** Returns what the next connection is made with: at once, where no file of the application's has to be read for it. */
    private Publisher<SslContext> ready() {
        if (given != null) {
            return Mono.fromSupplier(given).doOnNext(this::keepSessionsApart);
        }
        SslContext known = context;
        return known != null && !readsFiles()
                ? Mono.just(known)
                : Mono.fromCallable(this::context).subscribeOn(Schedulers.boundedElastic());
    }

    private boolean readsFiles() {
        return !options.trustedCertificates().isEmpty()
                || options.certificateChain() != null
                || options.keyStore() != null;
    }

    /** Makes what the next connection is made with, unless its files are as they were. Blocks. */
    private synchronized SslContext context() throws IOException, GeneralSecurityException {
        byte[] trustedNow = read(options.trustedCertificates());
        byte[] chainNow = read(options.certificateChain());
        byte[] keyNow = read(options.keyStore() != null ? options.keyStore() : options.privateKey());
        SslContext known = context;
        if (known != null
                && Arrays.equals(trusted, trustedNow)
                && Arrays.equals(chain, chainNow)
                && Arrays.equals(key, keyNow)) {
            return known;
        }
        context = null; // what cannot be used does not leave the one before it in use
        trusted = trustedNow;
        chain = chainNow;
        key = keyNow;
        SslContext made = make();
        context = made;
        return made;
    }

    /**
     * Netty's native TLS finds a session by host and port alone: a client that verifies the name of the host would resume one of a
     * client that does not, or whose Server has another name. So that one leaves none behind; the TLS of the JDK keeps those apart
     * itself that were verified and those that were not, and {@link #hasOwnName} notices another name.
     */
    private void keepSessionsApart(SslContext shared) {
        boolean isSpecial = !options.isHostnameVerified() || options.serverName() != null;
        if (isSpecial && shared.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
    }

    private static byte[] read(@Nullable Path file) throws IOException {
        return file == null ? new byte[0] : Files.readAllBytes(file);
    }

    private static byte[] read(List<Path> files) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : files) {
            all.writeBytes(Files.readAllBytes(file));
            all.write('\n');
        }
        return all.toByteArray();
    }

    private SslContext make() throws IOException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forClient().protocols(options.versions());
        if (!options.trustedCertificates().isEmpty()) {
            builder.trustManager(new ByteArrayInputStream(trusted));
        }
        String password = options.keyPassword();
        if (options.keyStore() != null && password != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(key), password.toCharArray());
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password.toCharArray());
            builder.keyManager(factory);
        } else if (options.certificateChain() != null) {
            builder.keyManager(new ByteArrayInputStream(chain), new ByteArrayInputStream(key), password);
        }
        if (!options.cipherSuites().isEmpty()) {
            builder.ciphers(options.cipherSuites());
        }
        if (!options.applicationProtocols().isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    options.applicationProtocols()));
        }
        return builder.build();
    }

    private SslHandler handler(SslContext made, Channel channel, Endpoint endpoint) {
        SslHandler handler = made.newHandler(channel.alloc(), endpoint.host(), endpoint.port());
        handler.setHandshakeTimeoutMillis(options.handshakeTimeout().toMillis());
        SSLParameters parameters = handler.engine().getSSLParameters();
        // explicitly: Netty's default has changed between versions
        parameters.setEndpointIdentificationAlgorithm(options.isHostnameVerified() ? "HTTPS" : "");
        if (options.serverName() != null) {
            parameters.setServerNames(List.of(new SNIHostName(options.serverName())));
        }
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    /** Returns what was negotiated, if the Server's public key is pinned, or none is. */
    private TlsSession verified(Channel channel) throws SSLException, NoSuchAlgorithmException {
        SslHandler handler = Objects.requireNonNull(channel.pipeline().get(SslHandler.class));
        SSLSession session = handler.engine().getSession();
        if (given != null && !hasOwnName(session, handler.engine().getSSLParameters())) {
            session.invalidate(); // so that it is resumed no more
            throw new ForAnotherName();
        }
        Certificate[] certificates = session.getPeerCertificates();
        // the first alone: the Server has shown that it has its key, while it may send any others behind it
        if (!options.pins().isEmpty() && !options.pins().contains(pinOf(certificates[0]))) {
            throw new SSLPeerUnverifiedException("the public key of the Server's certificate is not pinned");
        }
        List<X509Certificate> shown = new ArrayList<>();
        for (Certificate certificate : certificates) {
            if (certificate instanceof X509Certificate known) {
                shown.add(known);
            }
        }
        return new TlsSession(session.getProtocol(), session.getCipherSuite(), handler.applicationProtocol(), shown);
    }

    /**
     * Tells whether {@code session} was made with the Server Name Indication that is {@code wanted}. The TLS of the JDK finds a session by
     * host and port alone, and says in resuming it what was said for it: so a client could get the Server of another one, with which it
     * shares an {@link SslContext}.
     */
    private static boolean hasOwnName(SSLSession session, SSLParameters wanted) {
        List<SNIServerName> names = wanted.getServerNames();
        try {
            return !(session instanceof ExtendedSSLSession extended)
                    || extended.getRequestedServerNames().equals(names == null ? List.of() : names);
        } catch (UnsupportedOperationException e) { // not every TLS knows
            return true;
        }
    }

    /** What was resumed is a session with a Server of another name. */
    private static final class ForAnotherName extends SSLException {
        private static final long serialVersionUID = 1;

        ForAnotherName() {
            super("the TLS session that was resumed is one with another server name");
        }
    }

    private static String pinOf(Certificate certificate) throws NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(certificate.getPublicKey().getEncoded());
        return "sha256/" + Base64.getEncoder().encodeToString(hash);
    }
}
