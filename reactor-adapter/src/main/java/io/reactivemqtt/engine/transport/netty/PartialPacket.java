package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.reactivemqtt.codec.PacketDecoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The beginning of a packet whose rest has not arrived: what is split between two reads is copied, and nothing else. Event loop only. */
final class PartialPacket {

    private static final int SMALLEST = 256;

    /** A packet may say that it is long; until it comes it takes no more room than this, or twice what has come. */
    private static final int LARGEST = 64 * 1024;

    private @Nullable ByteBuf begun;

    boolean isThere() {
        return begun != null;
    }

    /** Copies what is left of a read. */
    void keep(ByteBuf rest, ChannelHandlerContext context) {
        int length = rest.readableBytes() + PacketDecoder.missing(viewOf(rest));
        begun = context.alloc()
                .buffer(Math.max(Math.min(length, LARGEST), SMALLEST))
                .writeBytes(rest);
    }

    /** Takes out what has begun: from here on it is the caller's, who releases it or puts it back. */
    @Nullable
    ByteBuf take() {
        ByteBuf taken = begun;
        begun = null;
        return taken;
    }

    void putBack(ByteBuf taken) {
        begun = taken;
    }

    /** Adds to {@code packet} what is missing of it, as far as that has arrived; all, as long as it may be no packet at all. */
    static void complete(ByteBuf packet, ByteBuf arrived, boolean isPacket) {
        int missing = isPacket ? PacketDecoder.missing(viewOf(packet)) : arrived.readableBytes();
        packet.writeBytes(arrived, Math.min(missing, arrived.readableBytes()));
    }

    /** Returns what can be read, where it lies. */
    static ByteBuffer viewOf(ByteBuf bytes) {
        return bytes.nioBufferCount() == 1
                ? bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes())
                : bytes.nioBuffer();
    }

    void release() {
        ByteBuf released = take();
        if (released != null) {
            released.release();
        }
    }
}
