package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * A buffer for reads and one for small writes, which all connections of an event loop use one after the other: each has need of it for a
 * moment. So a read costs no allocation, and a large one takes no more memory than a small one.
 */
final class LoopBuffers {

    /** Of a few small packets; more goes into buffers of its own. */
    static final int WRITE_BYTES = 1024;

    private static final int READ_BYTES = 256 * 1024;

    /**
     * For reads whose bytes are taken out before the next one, as our handler does, and not for those of one that keeps a buffer, as TLS
     * does.
     */
    static final RecvByteBufAllocator READS = new Reads();

    /** Not pooled: there are two for each loop, as long as it lives. So a first message wakes no pool either. */
    private static final ByteBufAllocator MEMORY = new UnpooledByteBufAllocator(true, true);

    private static final FastThreadLocal<LoopBuffers> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected LoopBuffers initialValue() {
            return new LoopBuffers();
        }

        @Override
        protected void onRemoval(LoopBuffers buffers) {
            buffers.reading.release();
            buffers.writing.release();
        }
    };

    private final ByteBuf reading = MEMORY.directBuffer(READ_BYTES, READ_BYTES);
    private final ByteBuf writing = MEMORY.directBuffer(WRITE_BYTES, WRITE_BYTES);

    private LoopBuffers() {}

    /** Returns an empty buffer of {@link #WRITE_BYTES}, to be released; null while the network has not taken all of it. */
    static @Nullable ByteBuf forWriting() {
        return taken(OF_LOOP.get().writing);
    }

    private static @Nullable ByteBuf taken(ByteBuf buffer) {
        return buffer.refCnt() == 1 ? buffer.retain().clear() : null;
    }

    private static final class Reads extends DefaultMaxMessagesRecvByteBufAllocator {
        @Override
        @SuppressWarnings("deprecation") // there is no other one
        public Handle newHandle() {
            return new MaxMessageHandle() {
                @Override
                public int guess() {
                    return READ_BYTES;
                }

                @Override
                public ByteBuf allocate(ByteBufAllocator allocator) {
                    ByteBuf buffer = taken(OF_LOOP.get().reading);
                    return buffer == null ? super.allocate(allocator) : buffer;
                }
            };
        }
    }
}
