package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Opens connections with Netty, over TCP, TLS or a WebSocket, and puts our handler into their pipelines. */
@SuppressWarnings("FutureReturnValueIgnored") // of a channel that is closed
public final class NettyConnector implements Connector {

    private static final String HANDLER = "reactive-mqtt";

    private final ClientOptions options;
    private final NettyLoop loop;
    private final Names names;
    private final @Nullable Supplier<SslContext> sslContext;

    /** Made for the first connection that needs it. */
    private @Nullable Tls tls;

    /**
     * Connects with the limits of {@code options}, on the next event loop of {@code resources}.
     *
     * @param names what looks the names of hosts up, for all clients on these resources
     * @param sslContext in place of one that the options describe, or null
     */
    public NettyConnector(
            ClientOptions options, LoopResources resources, Names names, @Nullable Supplier<SslContext> sslContext) {
        this.options = options;
        this.loop = NettyLoop.next(resources);
        this.names = names;
        this.sslContext = sslContext;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        Endpoint endpoint = attempt.endpoint();
        Opening opening = new Opening(endpoint, Sockets.proxyFor(endpoint, options));
        Disposable.Swap underWay = Disposables.swap();
        Consumer<Channel> opened = channel -> attach(channel, attempt, underWay, opening, listener);
        Consumer<Throwable> failed = failure -> listener.closed(opening.named(failure));
        String missing = OptionalParts.missingFor(endpoint, loop);
        if (missing != null) {
            failed.accept(opening.failed(Phase.CONNECTION, missing, null));
        } else if (endpoint.isSecure()) {
            if (tls == null) {
                tls = new Tls(options.tls(), sslContext);
            }
            underWay.update(Mono.from(tls.connect(secured -> dial(opening, secured), opening))
                    .subscribe(opened, failed));
        } else {
            Dial dial = new Dial(opening, options, loop, null, opened, failed);
            underWay.update(dial);
            dial.begin(names);
        }
        return underWay;
    }

    private Publisher<Channel> dial(Opening opening, Function<Channel, SslHandler> secured) {
        return Mono.create(sink -> {
            Dial dial = new Dial(opening, options, loop, secured, sink::success, sink::error);
            sink.onCancel(dial);
            if (loop.isCurrent()) {
                dial.begin(names);
            } else { // where a file of the application's was read
                loop.execute(() -> dial.begin(names));
            }
        });
    }

    private void attach(
            Channel channel, Attempt attempt, Disposable.Swap underWay, Opening opening, TransportListener listener) {
        if (!loop.isCurrent()) { // a check of the application has ended elsewhere
            loop.execute(() -> attach(channel, attempt, underWay, opening, listener));
            return;
        }
        try {
            if (!channel.isActive()) {
                listener.closed(opening.gone());
                return;
            }
            Dial.handOver(channel.pipeline());
            if (attempt.endpoint().isWebSocket()) {
                underWay.replace(channel::close);
                WebSocketUpgrade.begin(
                        channel,
                        opening,
                        attempt,
                        options,
                        loop,
                        () -> {
                            underWay.replace(Disposables.disposed());
                            addHandler(channel, attempt, opening, listener);
                        },
                        listener::closed);
            } else {
                addHandler(channel, attempt, opening, listener);
            }
            // bytes go to our handler alone, so nobody else would ask for them
            channel.config().setAutoRead(true);
        } catch (Throwable failure) { // Reactor throws an Error past the one who waits for the connection
            channel.close();
            listener.closed(failure);
        }
    }

    private void addHandler(Channel channel, Attempt attempt, Opening opening, TransportListener listener) {
        PacketHandler handler = new PacketHandler(loop, attempt.session(), opening, listener);
        channel.pipeline().addLast(HANDLER, handler);
    }
}
