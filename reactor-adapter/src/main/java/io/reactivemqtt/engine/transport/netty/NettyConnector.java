package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/** Opens connections through reactor-netty, over TCP, TLS or a WebSocket, and puts our handler into their pipelines. */
public final class NettyConnector implements Connector {

    private static final String HANDLER = "reactive-mqtt";

    /** Where much comes, one read takes much; Netty's own limit is a quarter of this. */
    private static final RecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator(512, 4096, 256 * 1024);

    private final ClientOptions options;
    private final NettyLoop loop;
    private final Names names;
    private final @Nullable Supplier<SslContext> sslContext;

    /** Made for the first connection that needs it. */
    private @Nullable Tls tls;

    /**
     * Connects with the limits of {@code options}, on the next event loop of {@code resources}.
     *
     * @param names what looks the names of hosts up, for all clients on these resources
     * @param sslContext in place of one that the options describe, or null
     */
    public NettyConnector(
            ClientOptions options, LoopResources resources, Names names, @Nullable Supplier<SslContext> sslContext) {
        this.options = options;
        this.loop = NettyLoop.next(resources);
        this.names = names;
        this.sslContext = sslContext;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        Endpoint endpoint = attempt.endpoint();
        ProxyOptions proxy = Sockets.proxyFor(endpoint, options);
        Opening opening = new Opening(endpoint, proxy);
        Opened opened = new Opened(failure -> listener.closed(opening.named(failure)));
        opened.then(connection -> attach(connection, attempt, opened, opening, listener));
        String missing = OptionalParts.missingFor(endpoint, loop);
        if (missing != null) {
            opened.fail(opening.failed(Phase.CONNECTION, missing, null));
            return opened;
        }
        TcpClient client = Sockets.client(endpoint, proxy, options, loop, names)
                .doOnResolve(connection -> opened.startWaiting(
                        loop,
                        options.connectTimeout(),
                        limit -> opening.failed(Phase.NAME, "the name was not looked up within " + limit, null)))
                .doAfterResolve((connection, address) -> opened.stopWaiting())
                .doOnChannelInit((observer, channel, address) -> opening.follow(channel));
        Publisher<? extends Connection> connections = client.connect();
        if (endpoint.isSecure()) {
            if (tls == null) {
                tls = new Tls(options.tls(), sslContext);
            }
            connections = tls.connect(client, opening);
        }
        connections.subscribe(opened);
        return opened::giveUp;
    }

    private void attach(
            Connection connection, Attempt attempt, Opened opened, Opening opening, TransportListener listener) {
        Channel channel = connection.channel();
        if (!channel.eventLoop().inEventLoop()) { // a check of the application has ended elsewhere
            channel.eventLoop().execute(() -> attach(connection, attempt, opened, opening, listener));
            return;
        }
        try {
            if (!channel.isActive()) {
                throw opening.failed(Phase.CONNECTION, "the Server closed the connection at once", null);
            }
            channel.config().setRecvByteBufAllocator(READS);
            if (attempt.endpoint().isWebSocket()) {
                opened.unfinished(connection);
                WebSocketUpgrade.begin(
                        channel,
                        opening,
                        attempt,
                        options,
                        loop,
                        () -> {
                            opened.finished();
                            addHandler(channel, attempt, opening, listener);
                        },
                        listener::closed);
            } else {
                addHandler(channel, attempt, opening, listener);
            }
            // bytes go to our handler alone, so nobody else would ask for them
            channel.config().setAutoRead(true);
        } catch (Throwable failure) { // Reactor throws an Error past the one who waits for the connection
            connection.dispose();
            listener.closed(failure);
        }
    }

    private void addHandler(Channel channel, Attempt attempt, Opening opening, TransportListener listener) {
        PacketHandler handler = new PacketHandler(loop, attempt.session(), opening, listener);
        // by Netty itself: reactor-netty would keep ten objects to remove it from a channel that is closed and never
        // used again
        channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, HANDLER, handler);
    }
}
