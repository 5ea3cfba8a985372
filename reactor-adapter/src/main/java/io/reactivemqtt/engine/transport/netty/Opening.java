package io.reactivemqtt.engine.transport.netty;

import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One attempt to open a connection: follows it through its phases, and says in which it failed, and at which address. */
final class Opening {

    private final Endpoint endpoint;
    private final @Nullable ProxyOptions proxy;

    private volatile @Nullable SocketAddress reached;

    private volatile @Nullable Throwable seen;
    private volatile Phase phase;

    Opening(Endpoint endpoint, @Nullable ProxyOptions proxy) {
        this.endpoint = endpoint;
        this.proxy = proxy;
        this.phase = firstPhase(proxy);
    }

    private static Phase firstPhase(@Nullable ProxyOptions proxy) {
        return proxy == null ? Phase.CONNECTION : Phase.PROXY;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Returns the proxy on the way, or null. */
    @Nullable
    ProxyOptions proxy() {
        return proxy;
    }

    /** From the beginning, which may be the second one. */
    void begins() {
        phase = firstPhase(proxy);
        reached = null;
        seen = null;
    }

    /** Keeps the first {@code cause}, of which nobody can be told yet. */
    void seen(Throwable cause) {
        if (seen == null) {
            seen = cause;
        }
    }

    /** Returns what is told if the channel is gone before anybody could use it. */
    Throwable gone() {
        return seen == null ? failed(Phase.CONNECTION, "the Server closed the connection at once", null) : named(seen);
    }

    /** The Server at {@code address} has accepted a TCP connection, or the proxy there has made one. */
    void reached(SocketAddress address) {
        reached = address;
        if (endpoint.isSecure()) {
            phase = Phase.TLS;
        } else {
            secured(); // there is nothing to secure
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
        } else if (phase == Phase.PROXY) {
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

    /** Returns what is told of a Server that speaks {@code protocol}. */
    static IOException notMqtt(String protocol) {
        return new IOException("what answered is not an MQTT Server (" + protocol + ")"
                + (protocol.equals("TLS") ? ": this port is for TLS, which needs mqtts://" : ""));
    }

    private String proxyWords(Throwable cause) {
        String where = proxy == null ? "" : " " + proxy.kind() + " " + proxy.host() + ":" + proxy.port();
        return "the proxy" + where + " did not open the connection: "
                + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    ConnectFailedException failed(Phase during, String why, @Nullable Throwable cause) {
        return new ConnectFailedException(during, endpoint.shown(), why, cause);
    }
}
