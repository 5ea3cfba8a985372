package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.testsupport.TestAuthority;
import io.reactivemqtt.testsupport.TestAuthority.Issued;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * A resumed session of TLS shows no certificate, so that nobody compares it with the name of the host: a session with one host is no
 * pass for another.
 */
@Tag("tls")
class TlsResumptionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final TestAuthority AUTHORITY = TestAuthority.create("the authority");
    private static final Issued FOR_LOCALHOST = AUTHORITY.issue("localhost", "broker.example");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<TlsServer> servers = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (TlsServer server : servers) {
            server.close();
        }
    }

    private TlsServer serving(String version) {
        TlsServer server = TlsServer.start(FOR_LOCALHOST, null, socket -> {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            socket.setSSLParameters(parameters);
        });
        servers.add(server);
        return server;
    }

    /** Connects to each in turn, as one client. */
    private void goesTo(List<URI> servers) {
        Path trusted = AUTHORITY.writeTo(directory);
        Iterator<URI> next = servers.iterator();
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(servers.get(0))
                .beforeConnect(attempt -> Mono.just(attempt.withServer(next.next())))
                .tls(tls -> tls.trustedCertificates(trusted))
                .disconnectTimeout(Duration.ofMillis(100)));
        while (next.hasNext()) {
            connectAndLeave(client);
        }
    }

    private static void connectAndLeave(ReactorMqttClient client) {
        client.connect().block(PATIENCE);
        client.disconnect().block(PATIENCE);
    }

    private static void assertIsForAnotherHost(ConnectFailedException refusal) {
        assertThat(refusal).isNotNull();
        assertThat(refusal.phase()).as(refusal.getMessage()).isEqualTo(Phase.TLS);
        assertThat(refusal).hasMessageContaining("for another host").hasCauseInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionIsResumedWithTheSameHost(String version) throws Exception {
        TlsServer server = serving(version);
        URI uri = server.uri("localhost");
        goesTo(List.of(uri, uri, uri));
        assertThat(server.sessionsMade()).isEqualTo(1); // without which the other tests would show nothing
    }

    @ParameterizedTest(name = "{0}, at the same port: {1}")
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void aSessionWithOneHostDoesNotOpenAnother(String version, boolean samePort) throws Exception {
        TlsServer server = serving(version);
        TlsServer other = samePort ? server : serving(version);
        URI good = server.uri("localhost");
        assertIsForAnotherHost(catchThrowableOfType(
                ConnectFailedException.class, () -> goesTo(List.of(good, good, other.uri("127.0.0.1")))));
        assertThat(server.speakers()).isEqualTo(2);
        assertThat(other.speakers()).isEqualTo(samePort ? 2 : 0);
    }

    private static ReactorMqttClient sharing(SslContext context, URI server, Consumer<TlsOptions.Builder> tls) {
        return ReactorMqttClient.create(
                ClientOptions.of(options -> options.server(server).tls(tls).disconnectTimeout(Duration.ofMillis(100))),
                ReactorRuntime.builder().sslContext(context).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionThatAnotherClientHasWithoutLookingAtTheHostIsNotResumed(String version) throws Exception {
        TlsServer server = serving(version);
        URI wrong = server.uri("127.0.0.1");
        SslContext shared = SslContextBuilder.forClient()
                .trustManager(AUTHORITY.certificate())
                .build();
        connectAndLeave(sharing(shared, wrong, TlsOptions.Builder::insecureSkipHostnameVerification));

        assertIsForAnotherHost(catchThrowableOfType(
                ConnectFailedException.class, () -> connectAndLeave(sharing(shared, wrong, tls -> {}))));
        assertThat(server.speakers()).isEqualTo(1);
    }

    /** Every name is one of this machine. */
    private static final AddressResolverGroup<InetSocketAddress> HERE = new AddressResolverGroup<>() {
        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {
                @Override
                protected void doResolve(String name, Promise<InetAddress> promise) {
                    promise.setSuccess(InetAddress.getLoopbackAddress());
                }

                @Override
                protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                    promise.setSuccess(List.of(InetAddress.getLoopbackAddress()));
                }
            });
        }
    };

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionThatAnotherClientHasWithTheSameHostIsResumed(String version) throws Exception {
        TlsServer server = serving(version);
        SslContext shared = SslContextBuilder.forClient()
                .trustManager(AUTHORITY.certificate())
                .build();
        for (int client = 0; client < 3; client++) {
            connectAndLeave(ReactorMqttClient.create(
                    ClientOptions.of(options ->
                            options.server(server.uri("broker.example")).disconnectTimeout(Duration.ofMillis(100))),
                    ReactorRuntime.builder()
                            .sslContext(shared)
                            .nameResolver(HERE)
                            .build()));
        }
        assertThat(server.sessionsMade()).isEqualTo(1);
        assertThat(server.speakers()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionThatAnotherClientHasByAnotherNameIsNotResumed(String version) throws Exception {
        TlsServer server = serving(version);
        URI uri = server.uri("127.0.0.1"); // which is in no certificate
        SslContext shared = SslContextBuilder.forClient()
                .trustManager(AUTHORITY.certificate())
                .build();
        connectAndLeave(sharing(shared, uri, tls -> tls.serverName("localhost")));
        connectAndLeave(sharing(shared, uri, tls -> tls.serverName("LocalHost")));
        if (shared instanceof JdkSslContext) { // the other leaves no session behind
            assertThat(server.sessionsMade()).isEqualTo(1);
        }

        assertIsForAnotherHost(catchThrowableOfType(
                ConnectFailedException.class,
                () -> connectAndLeave(sharing(shared, uri, tls -> tls.serverName("other.example")))));
        assertThat(server.speakers()).isEqualTo(2);
    }
}
