package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Asks for a WebSocket with the subprotocol mqtt (MQTT 5.0 §6), and follows no redirect. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails comes back as exceptionCaught or channelInactive
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {

    private static final String SUBPROTOCOL = "mqtt"; // [MQTT-6.0.0-3]
    private static final String CODEC = "reactive-mqtt-http";
    private static final String AGGREGATOR = "reactive-mqtt-http-response";
    private static final String HANDLER = "reactive-mqtt-websocket";

    /** What a Server says with a refusal; nobody reads it. */
    private static final int LARGEST_RESPONSE = 64 * 1024;

    /** A frame may have several packets, each of which is bounded by itself. */
    private static final int SMALLEST_FRAME_BOUND = 64 * 1024;

    /** The status that Netty gives to what it cannot decode. */
    private static final int NO_HTTP = 999;

    private final Opening opening;
    private final WebSocketClientHandshaker handshaker;
    private final Runnable opened;
    private final Consumer<Throwable> failed;
    private @Nullable Disposable impatience;
    private boolean ended;

    private WebSocketUpgrade(
            Opening opening, WebSocketClientHandshaker handshaker, Runnable opened, Consumer<Throwable> failed) {
        this.opening = opening;
        this.handshaker = handshaker;
        this.opened = opened;
        this.failed = failed;
    }

    /** Asks for the WebSocket of {@code attempt}, and runs {@code opened} once {@code channel} takes and brings the bytes of MQTT. */
    static void begin(
            Channel channel,
            Opening opening,
            Attempt attempt,
            ClientOptions options,
            Loop loop,
            Runnable opened,
            Consumer<Throwable> failed) {
        HttpHeaders headers = new DefaultHttpHeaders();
        attempt.headers().forEach(headers::set);
        WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                attempt.endpoint().webSocket(),
                WebSocketVersion.V13,
                SUBPROTOCOL,
                false,
                headers,
                Math.max(attempt.session().maximumPacketSize(), SMALLEST_FRAME_BOUND));
        Duration limit = options.connectTimeout();
        WebSocketUpgrade upgrade = new WebSocketUpgrade(opening, handshaker, opened, failed);
        upgrade.impatience = loop.schedule(
                () -> upgrade.fail(channel, "the Server did not answer within " + limit, null), limit.toNanos());
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(CODEC, new HttpClientCodec());
        pipeline.addLast(AGGREGATOR, new HttpObjectAggregator(LARGEST_RESPONSE));
        pipeline.addLast(HANDLER, upgrade);
        handshaker.handshake(channel);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended || !(message instanceof FullHttpResponse response)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            handshaker.finishHandshake(context.channel(), response);
        } catch (WebSocketHandshakeException refused) {
            fail(context.channel(), describe(response.status(), refused), refused);
            return;
        } finally {
            response.release();
        }
        end();
        opening.upgraded();
        context.pipeline().replace(this, HANDLER, new WebSocketFrames());
        opened.run();
    }

    private static String describe(HttpResponseStatus status, WebSocketHandshakeException refused) {
        if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return "the Server opened no WebSocket for MQTT: " + refused.getMessage(); // [MQTT-6.0.0-4]
        }
        if (status.code() == NO_HTTP) {
            return "what answered does not speak HTTP";
        }
        return "the Server answered with HTTP status " + status
                + (status.codeClass() == HttpStatusClass.REDIRECTION ? "; redirects are not followed" : "");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(context.channel(), "the Server closed the connection during the upgrade to WebSocket", null);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (end()) {
            failed.accept(opening.named(cause));
        }
        context.close();
    }

    private void fail(Channel channel, String why, @Nullable Throwable cause) {
        if (end()) {
            failed.accept(opening.failed(Phase.WEBSOCKET, why, cause));
            channel.close();
        }
    }

    /** The Server has answered, or is not waited for any more; false if that was so before. */
    private boolean end() {
        boolean first = !ended;
        ended = true;
        if (impatience != null) {
            impatience.dispose();
        }
        return first;
    }
}
