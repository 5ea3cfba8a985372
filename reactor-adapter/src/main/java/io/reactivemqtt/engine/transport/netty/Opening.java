package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.proxy.ProxyConnectionEvent;
import io.netty.util.ReferenceCountUtil;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/** One attempt to open a connection: follows it through its phases, and says in which it failed, and at which address. */
final class Opening {

    private static final String WATCHER = "reactive-mqtt-opening";

    private final Endpoint endpoint;
    private final @Nullable ProxyOptions proxy;

    /** The address that has accepted a TCP connection. */
    private volatile @Nullable SocketAddress reached;

    private volatile Phase phase;

    Opening(Endpoint endpoint, @Nullable ProxyOptions proxy) {
        this.endpoint = endpoint;
        this.proxy = proxy;
        this.phase = proxy == null ? Phase.CONNECTION : Phase.PROXY;
    }

    /** Follows {@code channel}; a host with several addresses may take several. */
    void follow(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.ProxyHandler) == null) {
            pipeline.addFirst(WATCHER, new Watcher());
        } else {
            pipeline.addAfter(NettyPipeline.ProxyHandler, WATCHER, new Watcher());
        }
    }

    /** The TLS handshake has succeeded. */
    void secured() {
        phase = endpoint.isWebSocket() ? Phase.WEBSOCKET : Phase.CONNACK;
    }

    /** The Server has opened the WebSocket. */
    void upgraded() {
        phase = Phase.CONNACK;
    }

    /** Returns what is told in place of {@code failure}: one that names the phase, where this knows it. */
    Throwable named(Throwable failure) {
        // Netty wraps what the TLS engine throws
        Throwable cause = failure.getCause() instanceof SSLException thrown ? thrown : failure;
        if (cause instanceof Error || cause instanceof ConnectFailedException) {
            return cause;
        } else if (cause instanceof ProxyConnectException || phase == Phase.PROXY) {
            return failed(Phase.PROXY, proxyWords(cause), cause);
        } else if (cause instanceof UnknownHostException) {
            return failed(Phase.NAME, "the name of the host cannot be resolved", cause);
        } else if (phase == Phase.TLS || (endpoint.isSecure() && cause instanceof SSLException)) {
            return failed(
                    Phase.TLS, TlsFailures.describe(cause) + (reached == null ? "" : " (" + reached + ")"), cause);
        } else if (phase == Phase.WEBSOCKET) {
            return failed(Phase.WEBSOCKET, "the upgrade to WebSocket failed: " + cause, cause);
        }
        return cause;
    }

    private String proxyWords(Throwable cause) {
        String where = proxy == null ? "" : " " + proxy.kind() + " " + proxy.host() + ":" + proxy.port();
        return "the proxy" + where + " did not open the connection: "
                + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    ConnectFailedException failed(Phase during, String why, @Nullable Throwable cause) {
        return new ConnectFailedException(during, endpoint.shown(), why, cause);
    }

    /** Waits for the connection and, where there is a proxy, until that has made one: up to then nothing of it is passed on. */
    private final class Watcher extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (proxy == null) {
                reached(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ProxyConnectionEvent) {
                reached(context);
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message); // what stands behind the answer of a proxy that has failed
        }

        private void reached(ChannelHandlerContext context) {
            reached = context.channel().remoteAddress();
            if (endpoint.isSecure()) {
                phase = Phase.TLS;
            } else {
                secured(); // there is nothing to secure
            }
            context.pipeline().remove(this);
            context.fireChannelActive();
        }
    }
}
