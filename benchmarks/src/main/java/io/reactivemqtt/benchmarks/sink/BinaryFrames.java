package io.reactivemqtt.benchmarks.sink;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/** Bytes to binary frames of a WebSocket and back, and nothing else of it. */
public final class BinaryFrames extends ChannelDuplexHandler {

    /** What either side takes. */
    public static final int LARGEST = 1024 * 1024;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof BinaryWebSocketFrame frame) {
            context.fireChannelRead(frame.content());
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is that of the promise
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }
}
