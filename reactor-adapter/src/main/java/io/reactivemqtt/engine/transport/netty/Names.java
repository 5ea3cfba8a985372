package io.reactivemqtt.engine.transport.netty;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

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

    /** Returns what looks names up on the event loops of {@code resources}, always the same. */
    synchronized AddressResolverGroup<?> resolver(LoopResources resources) {
        AddressResolverGroup<?> known = resolver;
        if (known != null) {
            return known;
        }
        TcpClient client = TcpClient.create(ConnectionProvider.newConnection())
                .runOn(resources)
                .resolver(spec -> spec.resolveCache(NoopDnsCache.INSTANCE)
                        .dnsAddressResolverGroupProvider(builder ->
                                new DnsAddressResolverGroup(builder.cnameCache(NoopDnsCnameCache.INSTANCE))));
        AddressResolverGroup<?> made =
                Objects.requireNonNull(client.configuration().resolver(), "it was set");
        resolver = made;
        return made;
    }
}
