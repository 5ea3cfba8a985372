package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Bytes.bytes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import io.reactivemqtt.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Netty's codec, as a second opinion. */
final class Netty {

    private Netty() {}

    /** Returns whether Netty takes the bytes as one packet of the version. */
    static boolean accepts(ProtocolVersion version, byte[] packet) {
        EmbeddedChannel channel = channel(version);
        try {
            MqttMessage message = decode(channel, packet);
            boolean accepted = message != null && message.decoderResult().isSuccess();
            ReferenceCountUtil.release(message);
            return accepted;
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    /** Returns the bytes that Netty writes for the packet that it has read, or null if it takes no packet from them. */
    static byte @Nullable [] rewritten(ProtocolVersion version, byte[] packet) {
        EmbeddedChannel channel = channel(version);
        try {
            MqttMessage message = decode(channel, packet);
            if (message == null || !message.decoderResult().isSuccess()) {
                ReferenceCountUtil.release(message);
                return null;
            }
            channel.writeOutbound(message);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
                written.writeBytes(ByteBufUtil.getBytes(part));
                part.release();
            }
            return written.toByteArray();
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static @Nullable MqttMessage decode(EmbeddedChannel channel, byte[] packet) {
        channel.writeInbound(Unpooled.wrappedBuffer(packet));
        return channel.readInbound();
    }

    /** A connection on which a CONNECT has said which version is spoken. */
    private static EmbeddedChannel channel(ProtocolVersion version) {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(1024 * 1024, 65_535), MqttEncoder.INSTANCE);
        String connect = version == ProtocolVersion.MQTT_5_0
                ? "10 0E 00 04 'MQTT' 05 02 00 3C 00 00 01 'c'"
                : "10 0D 00 04 'MQTT' 04 02 00 3C 00 01 'c'";
        ReferenceCountUtil.release(decode(channel, bytes(connect)));
        return channel;
    }
}
