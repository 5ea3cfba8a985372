package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.resolver.SimpleNameResolver;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** How a Server is found and reached: names, addresses, sockets. */
class WayToServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    /** The last is closed first. */
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private ReactorMqttClient client(ReactorRuntime runtime, Consumer<ClientOptions.Builder> options) {
        ReactorMqttClient client = ReactorMqttClient.create(
                ClientOptions.of(builder -> options.accept(builder.disconnectTimeout(Duration.ofMillis(100))
                        .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(20))))),
                runtime);
        open.push(() -> client.disconnect().block(PATIENCE));
        return client;
    }

    private ReactorMqttClient connected(ReactorRuntime runtime, Consumer<ClientOptions.Builder> options) {
        ReactorMqttClient client = client(runtime, options);
        client.connect().block(PATIENCE);
        return client;
    }

    private ConnectFailedException refusal(ReactorRuntime runtime, Consumer<ClientOptions.Builder> options) {
        ConnectFailedException refusal =
                catchThrowableOfType(ConnectFailedException.class, () -> connected(runtime, options));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    /** Accepts everybody at {@code address}, and hands each connection to {@code arrived} before CONNACK, so that no client is ahead. */
    private ServerSocket server(InetAddress address, int port, Consumer<Socket> arrived) throws IOException {
        return server(address, port, arrived, connection -> {});
    }

    /** Also hands each to {@code accepted}, behind CONNACK. */
    private ServerSocket server(InetAddress address, int port, Consumer<Socket> arrived, Consumer<Socket> accepted)
            throws IOException {
        ServerSocket socket = new ServerSocket(port, 50, address);
        open.push(socket);
        Thread thread = new Thread(() -> serve(socket, arrived, accepted), "server");
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    private void serve(ServerSocket socket, Consumer<Socket> arrived, Consumer<Socket> accepted) {
        try {
            while (true) {
                Socket connection = socket.accept();
                open.push(connection);
                connection.getInputStream().read(new byte[1024]); // all of CONNECT: else closing would be a reset
                arrived.accept(connection);
                connection.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
                accepted.accept(connection);
            }
        } catch (IOException closed) {
            return; // by the test
        }
    }

    private static ReactorRuntime resolving(BiConsumer<String, Promise<InetAddress>> answers) {
        return resolvingAll((name, promise) -> {
            Promise<InetAddress> one = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
            one.addListener(found -> {
                if (found.isSuccess()) {
                    promise.setSuccess(List.of(one.getNow()));
                } else {
                    promise.setFailure(found.cause());
                }
            });
            answers.accept(name, one);
        });
    }

    private static ReactorRuntime resolvingAll(BiConsumer<String, Promise<List<InetAddress>>> answers) {
        return ReactorRuntime.builder()
                .nameResolver(new AddressResolverGroup<InetSocketAddress>() {
                    @Override
                    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
                        return new InetSocketAddressResolver(executor, new SimpleNameResolver<>(executor) {
                            @Override
                            protected void doResolve(String name, Promise<InetAddress> promise) {
                                throw new UnsupportedOperationException("all are wanted");
                            }

                            @Override
                            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                                answers.accept(name, promise);
                            }
                        });
                    }
                })
                .build();
    }

    // ---- names

    @Test
    void theNameIsLookedUpAnewForEachAttempt() throws Exception {
        Queue<InetAddress> reached = new ConcurrentLinkedQueue<>();
        Consumer<Socket> note = connection -> reached.add(connection.getLocalAddress());
        Consumer<Socket> move = connection -> {
            try {
                connection.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        InetAddress first = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        InetAddress second = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        int port = server(first, 0, note, move).getLocalPort();
        server(second, port, note);
        Queue<InetAddress> answers = new ConcurrentLinkedQueue<>(List.of(first, second));
        ReactorRuntime runtime = resolving((name, promise) -> promise.setSuccess(answers.remove()));
        ReactorMqttClient client = connected(runtime, options -> options.server("mqtt://moving.example:" + port));
        client.states()
                .filter(state -> state.isConnected() && reached.size() == 2)
                .next()
                .block(PATIENCE);
        assertThat(reached).containsExactly(first, second);
    }

    @Test
    void allAddressesOfANameAreTriedInTurn() throws Exception {
        InetAddress nobody = InetAddress.getByAddress(new byte[] {127, 0, 0, 4});
        InetAddress somebody = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        int port = server(somebody, 0, connection -> {}).getLocalPort();
        ReactorRuntime runtime = resolvingAll((name, promise) -> promise.setSuccess(List.of(nobody, somebody)));
        ReactorMqttClient client = connected(runtime, options -> options.server("mqtt://two.example:" + port));
        assertThat(client.state().isConnected()).isTrue();
    }

    @Test
    void ifNoAddressOfANameAnswersTheLastIsNamed() throws Exception {
        InetAddress first = InetAddress.getByAddress(new byte[] {127, 0, 0, 4});
        InetAddress second = InetAddress.getByAddress(new byte[] {127, 0, 0, 5});
        ReactorRuntime runtime = resolvingAll((name, promise) -> promise.setSuccess(List.of(first, second)));
        ConnectFailedException refusal = refusal(runtime, options -> options.server("mqtt://nobody.example:1"));
        assertThat(refusal.phase()).isEqualTo(Phase.CONNECTION);
        assertThat(refusal).hasMessageContaining("127.0.0.5").hasMessageContaining("refused");
    }

    @Test
    void aResolverThatThrowsFailsTheAttempt() {
        ReactorRuntime runtime = resolvingAll((name, promise) -> {
            throw new IllegalStateException("the resolver is broken");
        });
        ConnectFailedException refusal = refusal(runtime, options -> options.server("mqtt://broken.example:1883"));
        assertThat(refusal).hasMessageContaining("the resolver is broken");
    }

    @Test
    void aNameWithoutAddressesIsNamed() {
        ReactorRuntime runtime = resolvingAll((name, promise) -> promise.setSuccess(List.of()));
        ConnectFailedException refusal = refusal(runtime, options -> options.server("mqtt://empty.example:1883"));
        assertThat(refusal.phase()).isEqualTo(Phase.NAME);
        assertThat(refusal).hasMessageContaining("mqtt://empty.example:1883");
    }

    @Test
    void aLocalAddressThatIsNoneIsTold() {
        ReactorRuntime runtime =
                resolvingAll((name, promise) -> promise.setSuccess(List.of(InetAddress.getLoopbackAddress())));
        ConnectFailedException refusal = refusal(runtime, options -> options.server("mqtt://some.example:1883")
                .socket(socket -> socket.localAddress("999.1.1.1")));
        assertThat(refusal).hasMessageContaining("no address: 999.1.1.1");
    }

    @Test
    void aProcessWithoutFileDescriptorsIsToldSo() {
        LoopResources loops = LoopResources.create("few", 1, true);
        open.push(() -> loops.disposeLater().block(PATIENCE));
        LoopResources exhausted = new LoopResources() {
            @Override
            public EventLoopGroup onServer(boolean useNative) {
                return loops.onServer(useNative);
            }

            @Override
            public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
                throw new ChannelException("too many open files");
            }
        };
        ConnectFailedException refusal = refusal(
                ReactorRuntime.builder().loopResources(exhausted).build(),
                options -> options.server("mqtt://127.0.0.1:1883"));
        assertThat(refusal).hasMessageContaining("too many open files");
    }

    @Test
    void anAttemptThatIsGivenUpWhileTheNameIsLookedUpEndsAtOnce() {
        ReactorMqttClient client =
                client(resolvingAll((name, promise) -> {}), options -> options.server("mqtt://silent.example:1883"));
        assertThat(client.connect()
                        .map(answer -> "connected")
                        .timeout(Duration.ofMillis(100), Mono.just("given up"))
                        .block(PATIENCE))
                .isEqualTo("given up");
        client.states()
                .filter(state -> state.status() != ClientState.Status.CONNECTING)
                .next()
                .block(PATIENCE);
    }

    @Test
    void aNameThatIsNotAnsweredIsGivenUpInTime() {
        ConnectFailedException refusal =
                refusal(resolving((name, promise) -> {}), options -> options.server("mqtt://silent.example:1883")
                        .connectTimeout(Duration.ofMillis(200)));
        assertThat(refusal.phase()).isEqualTo(Phase.NAME);
        assertThat(refusal).hasMessageContaining("mqtt://silent.example:1883").hasMessageContaining("within PT0.2S");
    }

    @Test
    void aNameThatNobodyHasIsNamed() {
        ConnectFailedException refusal =
                refusal(ReactorRuntime.DEFAULT, options -> options.server("mqtt://nobody.invalid:1883"));
        assertThat(refusal.phase()).isEqualTo(Phase.NAME);
        assertThat(refusal).hasMessageContaining("mqtt://nobody.invalid:1883");
    }

    // ---- addresses

    @Test
    void theLocalAddressCanBeChosen() throws Exception {
        Queue<InetAddress> peers = new ConcurrentLinkedQueue<>();
        int port = server(InetAddress.getLoopbackAddress(), 0, connection -> peers.add(connection.getInetAddress()))
                .getLocalPort();
        connected(ReactorRuntime.DEFAULT, options -> options.server("mqtt://127.0.0.1:" + port)
                .socket(socket -> socket.localAddress("127.0.0.3")
                        .tcpKeepAlive(true)
                        .sendBufferSize(32_768)
                        .receiveBufferSize(32_768)));
        assertThat(peers).extracting(InetAddress::getHostAddress).containsExactly("127.0.0.3");
    }

    @Test
    void theHostMayBeAnAddressOfIpv6() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(IPV6_LOOPBACK);
        Assumptions.assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "no IPv6 here");
        int port = server(loopback, 0, connection -> {}).getLocalPort();
        ReactorMqttClient client = connected(ReactorRuntime.DEFAULT, options -> options.server("mqtt://[::1]:" + port));
        assertThat(client.state().server()).isEqualTo(URI.create("mqtt://[::1]:" + port));
        assertThat(client.state().status()).isEqualTo(ClientState.Status.CONNECTED);
    }

    // ---- Unix domain sockets

    @Test
    void aUnixSocketThatIsNotThereIsNamed(@TempDir Path directory) {
        URI nowhere = URI.create("mqtt+unix://" + directory.resolve("nowhere"));
        ConnectFailedException refusal = refusal(ReactorRuntime.DEFAULT, options -> options.server(nowhere));
        assertThat(refusal.phase()).isEqualTo(Phase.CONNECTION);
        assertThat(refusal).hasMessageContaining(nowhere.toString());
    }

    @Test
    void withoutNativeTransportAUnixSocketNamesTheArtifactToAdd(@TempDir Path directory) {
        assertThat(LoopResources.hasNativeSupport()).isTrue(); // and is looked for here, not on a loop
        LoopResources loops = LoopResources.create("plain", 1, true);
        open.push(() -> loops.disposeLater().block(PATIENCE));
        LoopResources plain = new LoopResources() {
            @Override
            public EventLoopGroup onServer(boolean useNative) {
                return loops.onServer(false);
            }

            @Override
            public EventLoopGroup onClient(boolean useNative) {
                return loops.onClient(false);
            }
        };
        ConnectFailedException refusal = refusal(
                ReactorRuntime.builder().loopResources(plain).build(),
                options -> options.server("mqtt+unix://" + directory.resolve("socket")));
        assertThat(refusal).hasMessageContaining("io.netty:netty-transport-native-epoll");
    }
}
