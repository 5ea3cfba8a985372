package io.reactivemqtt.engine.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.client.SocketOptions;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.transport.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The socket of an attempt, its options, and the way to the other end. */
final class Sockets {

    /** Of what others decode first: where much comes, one read takes much; Netty's own limit is a quarter of this. */
    private static final RecvByteBufAllocator OTHER_READS = new AdaptiveRecvByteBufAllocator(512, 4096, 256 * 1024);

    private Sockets() {}

    /** Returns the proxy on the way, or null. */
    static @Nullable ProxyOptions proxyFor(Endpoint endpoint, ClientOptions options) {
        ProxyOptions proxy = options.proxy();
        if (proxy == null || endpoint.isUnixSocket()) {
            return null;
        }
        try {
            return proxy.isFor(endpoint.host()) ? proxy : null;
        } catch (Throwable thrown) { // by the application; a proxy that is set is not left out by mistake
            UserCode.dropped(thrown);
            return proxy;
        }
    }

    /** Returns what opens sockets to the Server, or to a proxy before it, which read nothing until they are told to. */
    static Bootstrap bootstrap(Opening opening, ClientOptions options, NettyLoop loop) {
        Endpoint endpoint = opening.endpoint();
        boolean isPlain = !endpoint.isSecure() && !endpoint.isWebSocket() && opening.proxy() == null;
        Class<? extends Channel> type = endpoint.isUnixSocket() ? UnixSockets.channel() : SocketChannel.class;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(() -> {
                    Channel channel = loop.newChannel(type);
                    // the option for it has another name in Netty 4.1
                    channel.config().setRecvByteBufAllocator(isPlain ? LoopBuffers.READS : OTHER_READS);
                    return channel;
                })
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, limitMillis(options));
        if (!endpoint.isUnixSocket()) {
            configure(bootstrap, options.socket());
        }
        return bootstrap;
    }

    /** Returns the socket address of an address of IPv4 or IPv6; null if {@code literal} is none, but a name. */
    static @Nullable InetSocketAddress addressOf(String literal, int port) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(literal);
        return address == null ? null : new InetSocketAddress(address, port);
    }

    static int limitMillis(ClientOptions options) {
        return (int) Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis());
    }

    private static void configure(Bootstrap bootstrap, SocketOptions options) {
        bootstrap.option(ChannelOption.TCP_NODELAY, true);
        if (options.isTcpKeepAlive()) {
            bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        }
        if (options.sendBufferSize() > 0) {
            bootstrap.option(ChannelOption.SO_SNDBUF, options.sendBufferSize());
        }
        if (options.receiveBufferSize() > 0) {
            bootstrap.option(ChannelOption.SO_RCVBUF, options.receiveBufferSize());
        }
        String local = options.localAddress();
        if (local != null) {
            InetSocketAddress address = addressOf(local, 0);
            if (address == null) {
                throw new IllegalArgumentException("the local address is no address: " + local);
            }
            bootstrap.localAddress(address);
        }
    }
}
