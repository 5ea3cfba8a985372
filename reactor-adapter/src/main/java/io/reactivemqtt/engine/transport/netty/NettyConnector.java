package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/** Opens connections through reactor-netty, over TCP or TLS, and puts our handler into their pipelines. */
public final class NettyConnector implements Connector {

    private static final String HANDLER = "reactive-mqtt";

    /** Where much comes, one read takes much; Netty's own limit is a quarter of this. */
    private static final RecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator(512, 4096, 256 * 1024);

    private final ClientOptions options;
    private final NettyLoop loop;
    private final @Nullable SslContext sslContext;

    /** Made for the first connection that needs it. */
    private @Nullable Tls tls;

    /**
     * Connects with the limits of {@code options}, on the next event loop of {@code resources}.
     *
     * @param sslContext in place of one that the options describe, or null
     */
    public NettyConnector(ClientOptions options, LoopResources resources, @Nullable SslContext sslContext) {
        this.options = options;
        this.loop = NettyLoop.next(resources);
        this.sslContext = sslContext;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        Endpoint endpoint = attempt.endpoint();
        Opening opening = new Opening(endpoint);
        TcpClient client = TcpClient.create(ConnectionProvider.newConnection())
                .runOn(loop.resources())
                .host(endpoint.host())
                .port(endpoint.port())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true);
        Consumer<Connection> attach = connection -> attach(connection, opening, listener);
        Consumer<Throwable> failed = failure -> listener.closed(opening.named(failure));
        if (!endpoint.isSecure()) {
            return client.connect().subscribe(attach, failed);
        }
        if (tls == null) {
            tls = new Tls(options.tls(), sslContext);
        }
        return tls.connect(client, opening, attach, failed);
    }

    private void attach(Connection connection, Opening opening, TransportListener listener) {
        Channel channel = connection.channel();
        if (!channel.eventLoop().inEventLoop()) { // a check of the application has ended elsewhere
            channel.eventLoop().execute(() -> attach(connection, opening, listener));
            return;
        }
        try {
            if (!channel.isActive()) {
                throw opening.failed(Phase.CONNECTION, "the Server closed the connection at once", null);
            }
            attachTo(connection, opening, listener);
        } catch (Throwable failure) { // Reactor throws an Error past the one who waits for the connection
            connection.dispose();
            listener.closed(failure);
        }
    }

    private void attachTo(Connection connection, Opening opening, TransportListener listener) {
        Channel channel = connection.channel();
        channel.config().setRecvByteBufAllocator(READS);
        connection.addHandlerLast(HANDLER, new PacketHandler(loop, options.session(), opening, listener));
        // bytes go to our handler alone, so nobody else would ask for them
        channel.config().setAutoRead(true);
    }
}
