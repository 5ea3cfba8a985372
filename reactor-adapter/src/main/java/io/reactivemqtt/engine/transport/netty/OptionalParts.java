package io.reactivemqtt.engine.transport.netty;

import io.reactivemqtt.engine.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/** What is in artifacts of Netty's that an application may have left out. */
final class OptionalParts {

    private static final String WEB_SOCKET = "io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker";

    private OptionalParts() {}

    /** Returns what has to be added so that {@code endpoint} can be reached; null: nothing. */
    static @Nullable String missingFor(Endpoint endpoint, NettyLoop loop) {
        if (endpoint.isWebSocket() && !isPresent(WEB_SOCKET)) {
            return "WebSocket (ws, wss) needs the artifact io.netty:netty-codec-http";
        } else if (endpoint.isUnixSocket() && !loop.hasUnixSockets()) {
            return "a Unix domain socket (mqtt+unix) needs a native transport of Netty: the artifact"
                    + " io.netty:netty-transport-native-epoll on Linux, or io.netty:netty-transport-native-kqueue on macOS,"
                    + " with the classifier of the system";
        }
        return null;
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, false, OptionalParts.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }
}
