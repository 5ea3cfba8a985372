package io.reactivemqtt.benchmarks.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.reactivemqtt.benchmarks.sink.BinaryFrames;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a floor has between the bytes of MQTT and the socket. */
final class FloorLayers {

    private static final int LARGEST_RESPONSE = 8 * 1024;

    private final Way way;
    private @Nullable SslContext tls;

    FloorLayers(Way way) {
        this.way = way;
    }

    /** Adds it; {@code ready} is completed when bytes of MQTT may follow. */
    void add(SocketChannel channel, String host, int port, CompletableFuture<Void> ready)
            throws IOException, GeneralSecurityException {
        ChannelPipeline pipeline = channel.pipeline();
        if (way.transport() == Transport.WEB_SOCKET) {
            pipeline.addLast(
                    new HttpClientCodec(),
                    new HttpObjectAggregator(LARGEST_RESPONSE),
                    new WebSocketClientProtocolHandler(WebSocketClientProtocolConfig.newBuilder()
                            .webSocketUri(way.uri(host, port))
                            .subprotocol("mqtt")
                            .maxFramePayloadLength(BinaryFrames.LARGEST)
                            .build()),
                    new BinaryFrames(),
                    new UntilOpen(ready));
            return;
        }
        if (way.transport().isSecure()) {
            pipeline.addLast(tls().newHandler(channel.alloc(), host, port));
        }
        ready.complete(null); // what is written during the handshake leaves after it
    }

    private SslContext tls() throws IOException, GeneralSecurityException {
        SslContext made = tls;
        if (made == null) {
            made = SslContextBuilder.forClient().trustManager(way.trust()).build();
            tls = made;
        }
        return made;
    }

    private static final class UntilOpen extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Void> open;

        UntilOpen(CompletableFuture<Void> open) {
            this.open = open;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                context.pipeline().remove(this);
                open.complete(null);
            }
        }
    }
}
