package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;

/** Names a class that an application may have left out, so that no other class does. */
final class UnixSockets {

    private UnixSockets() {}

    static SocketAddress address(String path) {
        return new DomainSocketAddress(path);
    }
}
