package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.net.UnknownHostException;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/** Opens TCP connections through reactor-netty, and puts our handler into their pipelines. */
public final class NettyConnector implements Connector {

    private static final String HANDLER = "reactive-mqtt";

    /** Where much comes, one read takes much; Netty's own limit is a quarter of this. */
    private static final RecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator(512, 4096, 256 * 1024);

    private final ClientOptions options;
    private final NettyLoop loop;

    /** Connects with the limits of {@code options}, on the next event loop of {@code resources}. */
    public NettyConnector(ClientOptions options, LoopResources resources) {
        this.options = options;
        this.loop = NettyLoop.next(resources);
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        return TcpClient.create(ConnectionProvider.newConnection())
                .runOn(loop.resources())
                .host(attempt.endpoint().host())
                .port(attempt.endpoint().port())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .connect()
                .subscribe(connection -> attach(connection, listener), failure -> listener.closed(named(failure)));
    }

    /** What failed before there was anybody to connect to says so. */
    private Throwable named(Throwable failure) {
        return failure instanceof UnknownHostException
                ? new ConnectFailedException(
                        Phase.NAME, options.server(), "the name of the host cannot be resolved", failure)
                : failure;
    }

    private void attach(Connection connection, TransportListener listener) {
        try {
            attachTo(connection, listener);
        } catch (Throwable failure) { // Reactor throws an Error past the one who waits for the connection
            connection.dispose();
            listener.closed(failure);
        }
    }

    private void attachTo(Connection connection, TransportListener listener) {
        Channel channel = connection.channel();
        channel.config().setRecvByteBufAllocator(READS);
        connection.addHandlerLast(HANDLER, new PacketHandler(loop, options.session(), listener));
        // bytes go to our handler alone, so nobody else would ask for them
        channel.config().setAutoRead(true);
    }
}
