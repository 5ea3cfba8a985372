package io.reactivemqtt.benchmarks.sink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A {@link SinkConnection} at the end of a Netty pipeline. What came in one read is answered by one write, as without the pipeline. */
@SuppressWarnings("FutureReturnValueIgnored") // a client that is gone is no loss
final class LayeredConnection extends ChannelInboundHandlerAdapter implements ByteChannel {

    private final SinkConnection connection;

    @SuppressWarnings("NullAway.Init") // by handlerAdded
    private ChannelHandlerContext context;

    private ByteBuf arrived = Unpooled.buffer(1024);

    /** While it writes, the channel may tell that it can be written to. */
    private boolean exchanging;

    LayeredConnection(SinkServer server) {
        this.connection = new SinkConnection(server, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        arrived.writeBytes(bytes);
        bytes.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        exchange(from);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (from.channel().isWritable()) {
            exchange(from);
        }
    }

    private void exchange(ChannelHandlerContext with) {
        if (exchanging) {
            return;
        }
        exchanging = true;
        try {
            boolean allLeft;
            do {
                allLeft = connection.onReady(true, arrived.isReadable());
            } while (allLeft && arrived.isReadable());
            arrived.discardReadBytes();
            with.channel().config().setAutoRead(allLeft);
        } catch (IOException e) { // it has said DISCONNECT
            with.close();
        } finally {
            exchanging = false;
        }
    }

    // ---- what the connection reads and writes

    @Override
    public int read(ByteBuffer target) {
        int length = Math.min(target.remaining(), arrived.readableBytes());
        arrived.readBytes(target.slice().limit(length));
        target.position(target.position() + length);
        return length;
    }

    @Override
    public int write(ByteBuffer source) {
        ChannelHandlerContext to = context;
        int length = source.remaining();
        if (!to.channel().isWritable() || length == 0) {
            return 0;
        }
        to.writeAndFlush(to.alloc().directBuffer(length).writeBytes(source));
        return length;
    }

    @Override
    public boolean isOpen() {
        return context.channel().isActive();
    }

    @Override
    public void close() {
        context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        from.close(); // a client that goes without a word
    }
}
