package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/** Bytes of MQTT to binary frames and back; a packet may be in several frames, and a frame may have several packets. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails comes back as exceptionCaught or channelInactive
final class WebSocketFrames extends ChannelDuplexHandler {

    /** What many Servers take at most, unless they are told otherwise. */
    private static final int LARGEST_FRAME = 64 * 1024;

    private boolean closeSent;

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof BinaryWebSocketFrame binary) {
            bytes(context, binary.content());
        } else if (message instanceof ContinuationWebSocketFrame more) {
            bytes(context, more.content());
        } else if (message instanceof PingWebSocketFrame ping) {
            context.writeAndFlush(new PongWebSocketFrame(ping.content()));
        } else if (message instanceof CloseWebSocketFrame close) {
            closed(context, close);
        } else {
            ReferenceCountUtil.release(message);
            if (message instanceof TextWebSocketFrame) { // [MQTT-6.0.0-1]
                context.fireExceptionCaught(new IOException("the Server sent text through the WebSocket"));
            }
        }
    }

    private static void bytes(ChannelHandlerContext context, ByteBuf bytes) {
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
    }

    private void closed(ChannelHandlerContext context, CloseWebSocketFrame close) {
        int status = close.statusCode();
        String reason = close.reasonText();
        close.release();
        if (status >= 0 && status != WebSocketCloseStatus.NORMAL_CLOSURE.code()) {
            context.fireExceptionCaught(new IOException("the Server closed the WebSocket with status " + status
                    + (reason.isEmpty() ? "" : " (\"" + reason + "\")")));
        }
        close(context, context.newPromise());
    }

    // ---- out

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            context.write(message, promise);
            return;
        }
        while (bytes.readableBytes() > LARGEST_FRAME) {
            context.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(LARGEST_FRAME)), context.voidPromise());
        }
        context.write(new BinaryWebSocketFrame(bytes), promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (closeSent || !context.channel().isActive()) {
            context.close(promise);
            return;
        }
        closeSent = true;
        context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                .addListener(sent -> context.close(promise));
    }
}
