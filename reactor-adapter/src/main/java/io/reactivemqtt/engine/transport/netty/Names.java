package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks the names of hosts up, anew for each attempt: a Server that has moved is found. One for many clients; any thread. */
public final class Names {

    private final @Nullable AddressResolverGroup<?> given;
    private @Nullable AddressResolverGroup<?> resolver;

    /** Takes what is used in place of our own, or null. */
    public Names(@Nullable AddressResolverGroup<?> given) {
        this.given = given;
        this.resolver = given;
    }

    /** Returns what is used in place of our own, or null. */
    public @Nullable AddressResolverGroup<?> given() {
        return given;
    }

    /** Looks up where {@code host} is, and tells {@code found} on {@code loop}. */
    void lookUp(String host, int port, NettyLoop loop, Consumer<? super Future<List<SocketAddress>>> found) {
        resolver(loop)
                .getResolver(loop.eventLoop())
                .resolveAll(InetSocketAddress.createUnresolved(host, port))
                .addListener((Future<List<SocketAddress>> answer) -> {
                    if (loop.isCurrent()) {
                        found.accept(answer);
                    } else {
                        loop.execute(() -> found.accept(answer));
                    }
                });
    }

    @SuppressWarnings("unchecked") // a group that does not take the addresses of the Internet says so when it is asked
    private synchronized AddressResolverGroup<SocketAddress> resolver(NettyLoop loop) {
        AddressResolverGroup<?> known = resolver;
        if (known == null) {
            known = NameServers.group(loop);
            resolver = known;
        }
        return (AddressResolverGroup<SocketAddress>) known;
    }

    /** Names classes that nobody needs who has an address. */
    private static final class NameServers {
        private static final int QUERY_MILLIS = 5_000;

        static AddressResolverGroup<?> group(NettyLoop loop) {
            return new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                    .datagramChannelType(loop.channelClass(DatagramChannel.class))
                    .socketChannelType(loop.channelClass(SocketChannel.class))
                    .completeOncePreferredResolved(true) // a Name Server may keep its IPv6 addresses for itself
                    .queryTimeoutMillis(QUERY_MILLIS)
                    .resolveCache(NoopDnsCache.INSTANCE)
                    .cnameCache(NoopDnsCnameCache.INSTANCE));
        }
    }
}
