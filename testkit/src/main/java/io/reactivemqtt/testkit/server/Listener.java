package io.reactivemqtt.testkit.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A listening port of the loopback interface and the one thread that serves all its connections. */
final class Listener implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    @SuppressWarnings("deprecation") // what Netty 4.2 has instead is not in 4.1
    private final EventLoopGroup eventLoop = new NioEventLoopGroup(1, new DefaultThreadFactory("test-server", true));

    private final Channel channel;

    /**
     * Listens.
     *
     * @param port or 0 for a free one
     * @param handlers makes the handler of each connection, on the event loop
     * @throws IllegalStateException if the port cannot be had
     */
    Listener(int port, Function<SocketChannel, PacketHandler> handlers) {
        var bound = new ServerBootstrap()
                .group(eventLoop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel accepted) {
                        accepted.pipeline().addLast(handlers.apply(accepted));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .awaitUninterruptibly();
        channel = bound.channel();
        if (!bound.isSuccess()) {
            close();
            throw new IllegalStateException("port " + port + " cannot be had", bound.cause());
        }
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    URI uri() {
        return URI.create("mqtt://127.0.0.1:" + port());
    }

    /** Closes the port and every connection, and ends the thread. */
    @Override
    public void close() {
        eventLoop.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
