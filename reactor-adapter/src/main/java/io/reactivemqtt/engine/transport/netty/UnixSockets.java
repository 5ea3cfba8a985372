package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import java.net.SocketAddress;

/** Names classes that an application may have left out, so that no other class does. */
final class UnixSockets {

    private UnixSockets() {}

    static SocketAddress address(String path) {
        return new DomainSocketAddress(path);
    }

    static Class<? extends Channel> channel() {
        return DomainSocketChannel.class;
    }
}
