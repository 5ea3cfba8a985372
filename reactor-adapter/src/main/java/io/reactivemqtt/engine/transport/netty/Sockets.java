package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.ChannelOption;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.client.SocketOptions;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.transport.Endpoint;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;
import reactor.netty.transport.ProxyProvider;

/** The socket of an attempt, its options, and the way to the other end. */
final class Sockets {

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

    /** Returns what opens connections to {@code endpoint}, in clear. */
    static TcpClient client(
            Endpoint endpoint, @Nullable ProxyOptions proxy, ClientOptions options, NettyLoop loop, Names names) {
        int limitMillis =
                (int) Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis());
        TcpClient client = TcpClient.create(ConnectionProvider.newConnection())
                .runOn(loop.resources())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, limitMillis);
        if (endpoint.isUnixSocket()) {
            return client.remoteAddress(() -> UnixSockets.address(endpoint.path()));
        }
        client = withOptions(client, options.socket()).host(endpoint.host()).port(endpoint.port());
        if (proxy == null) {
            return client.resolver(names.resolver(loop.source()));
        }
        return client.proxy(type -> through(type, proxy).connectTimeoutMillis(limitMillis))
                .resolver(NoopAddressResolverGroup.INSTANCE); // the proxy looks the name up
    }

    private static TcpClient withOptions(TcpClient client, SocketOptions options) {
        TcpClient configured = client.option(ChannelOption.TCP_NODELAY, true);
        if (options.isTcpKeepAlive()) {
            configured = configured.option(ChannelOption.SO_KEEPALIVE, true);
        }
        if (options.sendBufferSize() > 0) {
            configured = configured.option(ChannelOption.SO_SNDBUF, options.sendBufferSize());
        }
        if (options.receiveBufferSize() > 0) {
            configured = configured.option(ChannelOption.SO_RCVBUF, options.receiveBufferSize());
        }
        String local = options.localAddress();
        return local == null
                ? configured
                : configured.bindAddress(() -> new InetSocketAddress(
                        Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(local), local), 0));
    }

    private static ProxyProvider.Builder through(ProxyProvider.TypeSpec type, ProxyOptions proxy) {
        ProxyProvider.Builder builder = type.type(
                        switch (proxy.kind()) {
                            case HTTP -> ProxyProvider.Proxy.HTTP;
                            case SOCKS4 -> ProxyProvider.Proxy.SOCKS4;
                            case SOCKS5 -> ProxyProvider.Proxy.SOCKS5;
                        })
                .host(proxy.host())
                .port(proxy.port());
        String userName = proxy.userName();
        if (userName != null) {
            String password = proxy.password() == null ? "" : proxy.password();
            builder.username(userName).password(user -> password);
        }
        return builder;
    }
}
