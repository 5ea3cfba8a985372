package io.reactivemqtt.reactor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** A wire between a client and a real Server that a test cuts at any byte. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a write or close that fails ends the connection, which is what it is for
final class CuttingProxy implements AutoCloseable {

    private final URI server;
    private final DisposableServer listener;
    private final Set<Channel> clients = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesUntilCut = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong cuts = new AtomicLong();

    private CuttingProxy(URI server) {
        this.server = server;
        this.listener = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(this::accepted)
                .bindNow();
    }

    static CuttingProxy to(URI server) {
        return new CuttingProxy(server);
    }

    URI uri() {
        return URI.create("mqtt://127.0.0.1:" + listener.port());
    }

    /** Cuts all connections once {@code bytes} more have passed, in either direction. */
    void cutAfter(long bytes) {
        bytesUntilCut.set(bytes);
    }

    long cuts() {
        return cuts.get();
    }

    private void accepted(Connection client) {
        Channel near = client.channel();
        near.config().setAutoRead(false);
        clients.add(near);
        TcpClient.newConnection()
                .host(server.getHost())
                .port(server.getPort())
                .runOn(near.eventLoop())
                .connect()
                .subscribe(connection -> join(client, connection), unreachable -> near.close());
    }

    private void join(Connection client, Connection connection) {
        client.addHandlerLast("far", new Forwarder(connection.channel()));
        connection.addHandlerLast("near", new Forwarder(client.channel()));
        client.channel().config().setAutoRead(true);
        connection.channel().config().setAutoRead(true);
    }

    private void cut() {
        cuts.incrementAndGet();
        for (Channel client : clients) {
            client.config().setOption(ChannelOption.SO_LINGER, 0); // a reset, so that nothing more arrives
            client.close();
        }
        clients.clear();
    }

    @Override
    public void close() {
        clients.forEach(Channel::close);
        listener.disposeNow(Duration.ofSeconds(5));
    }

    private final class Forwarder extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Forwarder(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            long left = bytesUntilCut.addAndGet(-bytes.readableBytes());
            if (left < 0) {
                bytesUntilCut.set(Long.MAX_VALUE);
                bytes.release();
                cut();
            } else {
                other.writeAndFlush(bytes, other.voidPromise());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            other.close();
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
