package io.reactivemqtt.reactor;

import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.engine.transport.ConnectingResources;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.netty.Names;
import io.reactivemqtt.engine.transport.netty.NettyConnector;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/** What of Reactor and Netty a client works with. Immutable; made by a {@link Builder}. */
public final class ReactorRuntime {

    /**
     * Event loops that all clients of the process share, and nobody else: as many as there are cores, at least four, made when the
     * first client is. Their threads are daemons, {@code mqtt-epoll-1} or {@code mqtt-nio-1} and so on.
     */
    public static final ReactorRuntime DEFAULT = builder().build();

    private final @Nullable LoopResources loopResources;
    private final @Nullable Supplier<SslContext> sslContext;
    private final Names names;

    private ReactorRuntime(Builder builder) {
        this.loopResources = builder.loopResources;
        this.sslContext = builder.sslContext;
        this.names = new Names(builder.nameResolver);
    }

    /** Starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns where event loops come from. */
    public LoopResources loopResources() {
        return loopResources == null ? OwnLoops.RESOURCES : loopResources;
    }

    /** Returns what secures the next connection in place of {@link TlsOptions}, or null. */
    public @Nullable SslContext sslContext() {
        return sslContext == null ? null : sslContext.get();
    }

    /** Returns what looks the names of hosts up, or null. */
    public @Nullable AddressResolverGroup<?> nameResolver() {
        return names.given();
    }

    Connector connector(ClientOptions options) {
        LoopResources resources = loopResources();
        return resources instanceof ConnectingResources connecting
                ? connecting.connector(options)
                : new NettyConnector(options, resources, names, sslContext);
    }

    /** Made when they are first asked for. */
    private static final class OwnLoops {
        /** Not colocated: clients that are made on one of these threads would all get the loop of that thread. */
        static final LoopResources RESOURCES = LoopResources.create(
                "mqtt", LoopResources.DEFAULT_IO_SELECT_COUNT, LoopResources.DEFAULT_IO_WORKER_COUNT, true, false);
    }

    /** Collects them. Not thread-safe. */
    public static final class Builder {
        private @Nullable LoopResources loopResources;
        private @Nullable Supplier<SslContext> sslContext;
        private @Nullable AddressResolverGroup<?> nameResolver;

        private Builder() {}

        /**
         * Sets where the event loop of a client comes from; default: those of {@link ReactorRuntime#DEFAULT}. A client takes one loop
         * when it is made, and stays on it. Whoever made the resources disposes of them, after the clients are disconnected.
         */
        public Builder loopResources(LoopResources resources) {
            this.loopResources = Objects.requireNonNull(resources, "resources");
            return this;
        }

        /**
         * Sets what secures connections; default: none, it is made as {@link TlsOptions} say. Of those only host name, pins, Server
         * Name Indication, time limit and check are used with it; trust, client certificate, versions, cipher suites and ALPN are
         * its own. Clients that share it resume each other's TLS sessions with a host and port, so a client
         * with another {@link TlsOptions.Builder#serverName} gets one of its own.
         */
        public Builder sslContext(SslContext context) {
            Objects.requireNonNull(context, "context");
            return sslContext(() -> context);
        }

        /**
         * Sets what secures connections, as {@link #sslContext(SslContext)} does, but asks for it at each attempt to connect: so a renewed
         * certificate is used without a new client.
         *
         * @param current asked on the client's event loop, so it MUST NOT block; if it throws, the attempt fails
         */
        public Builder sslContext(Supplier<SslContext> current) {
            this.sslContext = Objects.requireNonNull(current, "current");
            return this;
        }

        /**
         * Sets what looks the names of hosts up, at each attempt to connect; default: Netty's asynchronous resolver, which asks the
         * system's Name Servers anew each time, and keeps nothing. It has to answer without blocking the event loop.
         */
        public Builder nameResolver(AddressResolverGroup<?> resolver) {
            this.nameResolver = Objects.requireNonNull(resolver, "resolver");
            return this;
        }

        /** Returns the runtime. */
        public ReactorRuntime build() {
            return new ReactorRuntime(this);
        }
    }
}
