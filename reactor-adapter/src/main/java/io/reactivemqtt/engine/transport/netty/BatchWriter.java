package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.codec.SentTopicAliases;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Encodes many packets into one buffer, and watches whether the network takes what was flushed. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails comes back as exceptionCaught or channelInactive
final class BatchWriter {

    private static final int SMALLEST = 256;
    private static final int LARGEST = 64 * 1024;

    /** So long nothing may leave of what waits: the network takes bytes in large steps, some of them seconds apart. */
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PacketEncoder encoder;
    private @Nullable ByteBuf batch;
    private int mostAliases;
    private @Nullable SentTopicAliases aliases; // idle clients come in thousands
    private long maximumPacketSize = Long.MAX_VALUE;
    private int expectedBytes = SMALLEST;

    /** All bytes that were given to the channel. */
    private long flushedBytes;

    /** What had left of them, and whether something had not, when that was last looked at. */
    private long leftBytes;

    private boolean backlog;
    private long progressNanos;

    BatchWriter(ProtocolVersion protocolVersion) {
        this.encoder = PacketEncoder.of(protocolVersion);
    }

    /** The Server has accepted the connection, and takes Topic Aliases as {@code connAck} says; {@code most}: no more of them. */
    void connected(ConnAck connAck, int most) {
        Integer offered = connAck.topicAliasMaximum();
        mostAliases = offered == null ? 0 : Math.min(offered, most);
        Long limit = connAck.maximumPacketSize();
        maximumPacketSize = limit == null ? Long.MAX_VALUE : limit;
    }

    void write(Packet packet, ChannelHandlerContext context) {
        if (mostAliases > 0 && packet instanceof Publish publish) {
            write(publish.message(), publish.packetIdentifier(), publish.dup(), context);
            return;
        }
        int length = encoder.encodedLength(packet);
        ByteBuf target = roomFor(length, context);
        ByteBuffer view = target.internalNioBuffer(target.writerIndex(), length);
        encoder.encode(packet, view);
        target.writerIndex(target.writerIndex() + length);
    }

    void write(ApplicationMessage message, int packetIdentifier, boolean dup, ChannelHandlerContext context) {
        int topicAlias = mostAliases == 0 ? SentTopicAliases.NONE : topicAlias(message);
        int length = encoder.encodedLength(message, topicAlias);
        ByteBuf target = roomFor(length, context);
        encoder.encode(
                message, packetIdentifier, dup, topicAlias, target.internalNioBuffer(target.writerIndex(), length));
        target.writerIndex(target.writerIndex() + length);
    }

    private int topicAlias(ApplicationMessage message) {
        SentTopicAliases known = aliases;
        if (known == null) {
            known = new SentTopicAliases(mostAliases);
            aliases = known;
        }
        int topicAlias = known.of(message.topicName());
        if (topicAlias < 0) { // which makes the packet longer than the session knows
            if (encoder.encodedLength(message, topicAlias) > maximumPacketSize) {
                return SentTopicAliases.NONE;
            }
            known.said(topicAlias);
        }
        return topicAlias;
    }

    /** Writes an acknowledgement that says no more than success. */
    void write(PacketType acknowledgement, int packetIdentifier, ChannelHandlerContext context) {
        roomFor(PacketEncoder.PLAIN_ACKNOWLEDGEMENT, context)
                .writeInt(PacketEncoder.encode(acknowledgement, packetIdentifier));
    }

    private ByteBuf roomFor(int length, ChannelHandlerContext context) {
        ByteBuf current = batch;
        if (current != null && current.writableBytes() >= length) {
            return current;
        }
        if (current != null) {
            flushedBytes += current.readableBytes();
            context.write(current, context.voidPromise());
            expectedBytes = Math.min(expectedBytes * 2, LARGEST);
        }
        current = newBatch(length, context);
        batch = current;
        return current;
    }

    /** Returns that of the loop for little that can leave at once: so a first message wakes no pool. */
    private ByteBuf newBatch(int length, ChannelHandlerContext context) {
        if (expectedBytes == SMALLEST && length <= LoopBuffers.WRITE_BYTES && isIdle(context)) {
            ByteBuf ofLoop = LoopBuffers.forWriting();
            if (ofLoop != null) {
                return ofLoop;
            }
        }
        return context.alloc().directBuffer(Math.max(length, expectedBytes));
    }

    /** Tells whether nothing waits for the network; what does would keep the buffer of the loop for itself. */
    private static boolean isIdle(ChannelHandlerContext context) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        return waiting != null && waiting.isEmpty();
    }

    void flush(ChannelHandlerContext context) {
        ByteBuf current = batch;
        if (current == null) {
            return;
        }
        batch = null;
        if (current.readableBytes() < expectedBytes / 4) {
            expectedBytes = Math.max(expectedBytes / 2, SMALLEST);
        }
        flushedBytes += current.readableBytes();
        context.writeAndFlush(current, context.voidPromise());
    }

    /** Takes out what was written and not flushed; null if there is nothing. */
    @Nullable
    ByteBuf takeBatch() {
        ByteBuf taken = batch;
        batch = null;
        return taken;
    }

    /** Tells whether the peer takes what is {@code waiting} to leave. */
    boolean isProgressing(ChannelOutboundBuffer waiting, long nowNanos) {
        long left = flushedBytes - waiting.totalPendingWriteBytes() + waiting.currentProgress();
        boolean progress = backlog && left > leftBytes;
        if (progress || !backlog) {
            progressNanos = nowNanos;
        }
        leftBytes = left;
        backlog = !waiting.isEmpty();
        return progress || (backlog && nowNanos - progressNanos < STALL_NANOS);
    }
}
