package io.reactivemqtt.codec;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.packet.Packet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bytes as tests write them: {@code "30 06 00 01 'a' 00 'hi'"}. */
final class Bytes {

    private static final Pattern TOKEN = Pattern.compile("'([^']*)'|([0-9A-F]{2})");

    private Bytes() {}

    static byte[] bytes(String notation) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher matcher = TOKEN.matcher(notation);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                bytes.writeBytes(matcher.group(1).getBytes(StandardCharsets.US_ASCII));
            } else {
                bytes.write(Integer.parseInt(matcher.group(2), 16));
            }
        }
        if (!matcher.replaceAll("").isBlank()) {
            throw new IllegalArgumentException("not bytes: " + notation);
        }
        return bytes.toByteArray();
    }

    static byte[] encode(ProtocolVersion version, Packet packet) {
        PacketEncoder encoder = PacketEncoder.of(version);
        ByteBuffer target = ByteBuffer.allocate(encoder.encodedLength(packet));
        encoder.encode(packet, target);
        if (target.hasRemaining()) {
            throw new AssertionError("encodedLength says " + target.limit() + ", encode wrote " + target.position());
        }
        return target.array();
    }

    static @Nullable Packet decode(ProtocolVersion version, byte[] bytes) {
        return decoder(version).decode(ByteBuffer.wrap(bytes));
    }

    /** Returns a decoder that takes Topic Aliases. */
    static PacketDecoder decoder(ProtocolVersion version) {
        return new PacketDecoder(version, new DecoderLimits(1024 * 1024, 65_535));
    }

    static List<Packet> decodeAll(PacketDecoder decoder, ByteBuffer source) {
        List<Packet> packets = new ArrayList<>();
        while (true) {
            Packet packet = decoder.decode(source);
            if (packet == null) {
                return packets;
            }
            packets.add(packet);
        }
    }
}
