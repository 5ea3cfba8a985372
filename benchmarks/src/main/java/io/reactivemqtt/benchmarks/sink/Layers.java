package io.reactivemqtt.benchmarks.sink;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** A port of a {@link SinkServer} where clients speak within TLS, or through a WebSocket; Netty does that, in one thread. */
final class Layers extends ChannelInitializer<SocketChannel> implements AutoCloseable {

    private static final int LARGEST_REQUEST = 8 * 1024;
    private static final WebSocketServerProtocolConfig WEB_SOCKET = WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/mqtt")
            .subprotocols("mqtt")
            .maxFramePayloadLength(BinaryFrames.LARGEST)
            .build();

    private final SinkServer server;
    private final @Nullable SslContext tls;
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listening;

    /**
     * Begins to listen.
     *
     * @param keyStore a PKCS#12 file with the certificate of the sink; not read for a WebSocket
     */
    Layers(SinkServer server, Transport transport, Path keyStore)
            throws IOException, GeneralSecurityException, InterruptedException {
        this.server = server;
        this.tls = transport.isSecure() ? tls(keyStore, SinkCertificate.PASSWORD.toCharArray()) : null;
        this.listening = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(this)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    private static SslContext tls(Path keyStore, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keyStore)) {
            store.load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        return SslContextBuilder.forServer(keys).protocols("TLSv1.3").build();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        } else {
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(LARGEST_REQUEST),
                            new WebSocketServerProtocolHandler(WEB_SOCKET),
                            new BinaryFrames());
        }
        channel.pipeline().addLast(new LayeredConnection(server));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of a sink
    public void close() {
        loop.shutdownGracefully();
    }
}
