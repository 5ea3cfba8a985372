package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * One buffer for reads an event loop, which all its connections use one after the other: each has need of it for a moment. So a read
 * costs no allocation, and a large one takes no more memory than a small one. For handlers that take the bytes out before the next read,
 * as ours does, and not for those that keep a buffer, as TLS does.
 */
final class SharedReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {

    private static final int BYTES = 256 * 1024;

    /** Not pooled: there is one for each loop, as long as it lives. */
    private static final ByteBufAllocator MEMORY = new UnpooledByteBufAllocator(true, true);

    private static final FastThreadLocal<ByteBuf> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return MEMORY.directBuffer(BYTES, BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf buffer) {
            buffer.release();
        }
    };

    static final SharedReadBuffer INSTANCE = new SharedReadBuffer();

    private SharedReadBuffer() {}

    @Override
    @SuppressWarnings("deprecation") // there is no other one
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                ByteBuf buffer = OF_LOOP.get();
                boolean isFree = buffer.refCnt() == 1; // else somebody has not let go of what was read before
                return isFree ? buffer.retain().clear() : super.allocate(allocator);
            }
        };
    }
}
