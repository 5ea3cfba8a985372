package io.reactivemqtt.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Closes the connection on which some words are to be sent, in place of sending them. */
final class LosesConnections {

    private final AtomicReference<@Nullable ByteBuf> next = new AtomicReference<>();

    void atTheNext(String words) {
        next.set(Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(words, US_ASCII)));
    }

    /** Returns {@code resources} whose connections are lost so. */
    ClientResources in(ClientResources resources) {
        return resources
                .mutate()
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        channel.pipeline().addFirst(new Losing());
                    }
                })
                .build();
    }

    private final class Losing extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            ByteBuf words = next.get();
            if (words != null
                    && message instanceof ByteBuf bytes
                    && ByteBufUtil.indexOf(words, bytes) >= 0
                    && next.compareAndSet(words, null)) {
                ReferenceCountUtil.release(message);
                ChannelFuture unused = context.close();
                promise.setSuccess();
            } else {
                super.write(context, message, promise);
            }
        }
    }
}
