package io.reactivemqtt.testkit.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.codec.DecoderLimits;
import io.reactivemqtt.codec.PacketDecoder;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The Server's end of one connection: makes packets of what the client sends, and speaks the version of its CONNECT. */
abstract class PacketHandler extends ChannelInboundHandlerAdapter {

    private static final int FIRST_CAPACITY = 8 * 1024;

    /** Takes whatever MQTT can say: what is too much is the test's to decide. */
    private static final DecoderLimits NO_LIMITS = new DecoderLimits(268_435_460, 65_535);

    private final PacketDecoder decoder = new PacketDecoder(ProtocolVersion.MQTT_5_0, NO_LIMITS);
    private ByteBuffer undecoded = ByteBuffer.allocate(FIRST_CAPACITY);
    private boolean violated;
    private volatile PacketEncoder encoder = PacketEncoder.of(ProtocolVersion.MQTT_5_0);

    /** Hears all that the client sends, on the event loop, before it is decoded. */
    void onBytes(ByteBuf bytes) {}

    /** Hears each packet, on the event loop. */
    abstract void onPacket(ChannelHandlerContext context, Packet packet);

    /** Hears once, on the event loop, that the client sent what is not MQTT; nothing after that is decoded. */
    abstract void onViolation(ChannelHandlerContext context, ProtocolViolationException violation);

    /** Hears that the connection ended, on the event loop; {@code failure} is null if the client closed it gracefully. */
    abstract void onEnd(@Nullable Throwable failure);

    /** Returns the bytes of {@code packets}, in the version of the client's CONNECT; on any thread. */
    final ByteBuf encode(Packet... packets) {
        PacketEncoder current = encoder;
        int length = 0;
        for (Packet packet : packets) {
            length += current.encodedLength(packet);
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (Packet packet : packets) {
            current.encode(packet, bytes);
        }
        return Unpooled.wrappedBuffer(bytes.flip());
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            onBytes(bytes);
            if (!violated) {
                append(bytes);
            }
        } finally {
            bytes.release();
        }
        if (!violated) {
            decodeAll(context);
        }
    }

    private void append(ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length > undecoded.remaining()) {
            int capacity = Math.max(undecoded.position() + length, 2 * undecoded.capacity());
            undecoded = ByteBuffer.allocate(capacity).put(undecoded.flip());
        }
        undecoded.limit(undecoded.position() + length);
        bytes.readBytes(undecoded);
        undecoded.limit(undecoded.capacity());
    }

    private void decodeAll(ChannelHandlerContext context) {
        undecoded.flip();
        try {
            for (Packet packet = decoder.decode(undecoded); packet != null; packet = decoder.decode(undecoded)) {
                if (packet instanceof Connect connect) {
                    encoder = PacketEncoder.of(connect.protocolVersion());
                }
                onPacket(context, packet);
            }
        } catch (ProtocolViolationException violation) {
            violated = true;
            onViolation(context, violation);
        } finally {
            undecoded.compact();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        onEnd(null);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of what failed
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        onEnd(cause);
        context.close();
    }
}
