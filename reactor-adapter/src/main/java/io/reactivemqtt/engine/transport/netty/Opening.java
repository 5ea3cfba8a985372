package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One attempt to open a connection, which says in which phase it failed, and at which address. */
final class Opening {

    private static final String WATCHER = "reactive-mqtt-opening";

    private final Endpoint endpoint;

    /** The address that has accepted a TCP connection. */
    private volatile @Nullable SocketAddress reached;

    private volatile boolean secured;

    Opening(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Follows {@code channel}; a host with several addresses may take several. */
    void follow(Channel channel) {
        channel.pipeline().addFirst(WATCHER, new Watcher());
    }

    /** The TLS handshake has succeeded. */
    void secured() {
        secured = true;
    }

    /** Returns what is told in place of {@code failure}: one that names the phase, where this knows it. */
    Throwable named(Throwable failure) {
        // Netty wraps what the TLS engine throws
        Throwable cause = failure.getCause() instanceof SSLException thrown ? thrown : failure;
        if (cause instanceof Error || cause instanceof ConnectFailedException) {
            return cause;
        } else if (cause instanceof UnknownHostException) {
            return failed(Phase.NAME, "the name of the host cannot be resolved", cause);
        } else if (endpoint.isSecure() && (cause instanceof SSLException || (reached != null && !secured))) {
            return failed(
                    Phase.TLS, TlsFailures.describe(cause) + (reached == null ? "" : " (" + reached + ")"), cause);
        }
        return cause;
    }

    ConnectFailedException failed(Phase phase, String why, @Nullable Throwable cause) {
        return new ConnectFailedException(phase, endpoint.server(), why, cause);
    }

    private final class Watcher extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            reached = context.channel().remoteAddress();
            context.pipeline().remove(this);
            context.fireChannelActive();
        }
    }
}
