package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * One way to the Server: looks a name up, tries its addresses in turn, goes through the proxy and the TLS handshake. It ends with a
 * channel that is open and reads nothing yet, or with a failure. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that is closed
final class Dial implements Disposable {

    private static final String GUARD = "reactive-mqtt-guard";

    private final Opening opening;
    private final ClientOptions options;
    private final NettyLoop loop;
    private final @Nullable Function<Channel, SslHandler> tls;

    private @Nullable Consumer<? super Channel> opened;
    private @Nullable Consumer<? super Throwable> failed;
    private @Nullable Disposable impatience;
    private @Nullable Channel channel;

    /**
     * Tells {@code opened} or {@code failed}, once, unless it is disposed of before.
     *
     * @param tls makes what secures a channel, or null
     */
    Dial(
            Opening opening,
            ClientOptions options,
            NettyLoop loop,
            @Nullable Function<Channel, SslHandler> tls,
            Consumer<? super Channel> opened,
            Consumer<? super Throwable> failed) {
        this.opening = opening;
        this.options = options;
        this.loop = loop;
        this.tls = tls;
        this.opened = opened;
        this.failed = failed;
    }

    /** Begins; {@code names} look up what is no address. */
    void begin(Names names) {
        if (isOver()) {
            return; // given up before its turn on the loop
        }
        Endpoint endpoint = opening.endpoint();
        ProxyOptions proxy = opening.proxy();
        opening.begins();
        orFail(() -> {
            if (endpoint.isUnixSocket()) {
                connect(List.of(UnixSockets.address(endpoint.path())).iterator());
            } else if (proxy != null) { // which looks the name of the Server up
                begin(proxy.host(), proxy.port(), names);
            } else {
                begin(endpoint.host(), endpoint.port(), names);
            }
        });
    }

    /** What {@code step} throws ends this: options, a resolver or a security provider of the application may be of no use. */
    private void orFail(Runnable step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    private void begin(String host, int port, Names names) {
        InetSocketAddress address = Sockets.addressOf(host, port);
        if (address != null) {
            connect(List.of(address).iterator());
            return;
        }
        Duration limit = options.connectTimeout();
        impatience = loop.schedule(
                () -> fail(opening.failed(Phase.NAME, "the name was not looked up within " + limit, null)),
                limit.toNanos());
        names.lookUp(host, port, loop, found -> orFail(() -> found(host, found)));
    }

    private void found(String host, Future<List<SocketAddress>> found) {
        stopWaiting();
        if (!found.isSuccess()) {
            fail(found.cause());
        } else if (found.getNow().isEmpty()) {
            fail(new UnknownHostException(host));
        } else if (!isOver()) {
            connect(found.getNow().iterator());
        }
    }

    /** Connects to the next of {@code addresses}, of which there is one at least. */
    private void connect(Iterator<? extends SocketAddress> addresses) {
        SocketAddress next = addresses.next();
        ProxyOptions proxy = opening.proxy();
        ChannelHandler through = proxy == null ? null : Proxies.handler(proxy, next, Sockets.limitMillis(options));
        ChannelFuture connecting = Sockets.bootstrap(opening, options, loop)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel initialized) {
                        if (through != null) {
                            initialized.pipeline().addLast(through);
                        }
                        initialized.pipeline().addLast(GUARD, new Guard());
                    }
                })
                .connect(proxy == null ? next : destination());
        channel = connecting.channel();
        connecting.addListener(ended -> {
            if (loop.isCurrent()) {
                orFail(() -> connected(connecting, through, addresses));
            } else { // a channel that could not be made is of no loop
                loop.execute(() -> orFail(() -> connected(connecting, through, addresses)));
            }
        });
    }

    private void connected(
            ChannelFuture ended, @Nullable ChannelHandler through, Iterator<? extends SocketAddress> addresses) {
        if (isOver()) {
            close(ended.channel());
        } else if (!ended.isSuccess() && addresses.hasNext()) {
            connect(addresses);
        } else if (!ended.isSuccess()) {
            fail(ended.cause());
        } else if (through != null) {
            Proxies.whenOpened(through, () -> orFail(() -> reached(ended.channel())), this::fail);
        } else {
            reached(ended.channel());
        }
    }

    /** Returns what a proxy has to reach: an address as such, so that it need not look it up. */
    private SocketAddress destination() {
        Endpoint endpoint = opening.endpoint();
        InetSocketAddress address = Sockets.addressOf(endpoint.host(), endpoint.port());
        return address == null ? InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()) : address;
    }

    private void reached(Channel reached) {
        if (isOver()) {
            return;
        }
        opening.reached(reached.remoteAddress());
        if (tls == null) {
            succeed(reached);
            return;
        }
        SslHandler handler = tls.apply(reached);
        handler.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                opening.secured();
                succeed(reached);
            } else {
                fail(handshake.cause());
            }
        });
        reached.pipeline().addBefore(GUARD, "reactive-mqtt-tls", handler);
        reached.read();
    }

    private void succeed(Channel reached) {
        Consumer<? super Channel> told = opened;
        channel = null; // from here on it is the one's who is told
        end();
        if (told != null) {
            told.accept(reached);
        }
    }

    private void fail(Throwable cause) {
        Consumer<? super Throwable> told = failed;
        dispose();
        if (told != null) {
            told.accept(cause);
        }
    }

    private boolean isOver() {
        return opened == null;
    }

    /** Gives it up. */
    @Override
    public void dispose() {
        end();
        if (channel != null) {
            close(channel);
            channel = null;
        }
    }

    private static void close(Channel channel) {
        if (channel.isRegistered()) { // what could not be, Netty has closed
            channel.close();
        }
    }

    private void end() {
        opened = null;
        failed = null;
        stopWaiting();
    }

    private void stopWaiting() {
        if (impatience != null) {
            impatience.dispose();
            impatience = null;
        }
    }

    /** From here on {@code pipeline} is another one's, who takes what comes. */
    static void handOver(ChannelPipeline pipeline) {
        pipeline.remove(GUARD);
    }

    /** Stands at the end of a pipeline until somebody else does. */
    private final class Guard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message); // before MQTT has begun there is nothing to say
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new ClosedChannelException());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            opening.seen(cause);
            fail(cause);
        }
    }
}
