package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.ChannelHandler;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks4ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.reactivemqtt.client.ProxyOptions;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What goes through a proxy. Names classes that an application may have left out, so that no other class does. */
final class Proxies {

    private Proxies() {}

    /** Returns what has the proxy at {@code address} open the connection to where its channel is connected to. */
    static ChannelHandler handler(ProxyOptions proxy, SocketAddress address, long limitMillis) {
        String userName = proxy.userName();
        String password = proxy.password() == null ? "" : proxy.password();
        ProxyHandler handler = handler(proxy.kind(), address, userName, password);
        handler.setConnectTimeoutMillis(limitMillis);
        return handler;
    }

    private static ProxyHandler handler(
            ProxyOptions.Kind kind, SocketAddress address, @Nullable String userName, String password) {
        return switch (kind) {
            case HTTP ->
                userName == null ? new HttpProxyHandler(address) : new HttpProxyHandler(address, userName, password);
            case SOCKS4 -> new Socks4ProxyHandler(address, userName);
            case SOCKS5 -> new Socks5ProxyHandler(address, userName, password);
        };
    }

    /** Runs {@code opened} once the proxy of {@code handler} has opened its connection, or tells {@code failed} why not. */
    static void whenOpened(ChannelHandler handler, Runnable opened, Consumer<? super Throwable> failed) {
        ((ProxyHandler) handler).connectFuture().addListener(through -> {
            if (through.isSuccess()) {
                opened.run();
            } else {
                failed.accept(through.cause());
            }
        });
    }
}
