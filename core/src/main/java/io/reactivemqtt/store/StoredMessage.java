package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.codec.DecoderLimits;
import io.reactivemqtt.codec.PacketDecoder;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;

/**
 * The stored form of a message: a PUBLISH of MQTT 5.0, with its full Topic Name and no Topic Alias. The Packet Identifier in it
 * means nothing.
 */
public final class StoredMessage {

    private static final int LARGEST_PACKET = 268_435_460;
    private static final int ANY_IDENTIFIER = 1;
    private static final int PUBLISH = 0x30; // the first four bits
    private static final PacketEncoder ENCODER = PacketEncoder.of(ProtocolVersion.MQTT_5_0);

    /** What an application may send is not bounded as what a Server may send is. */
    private static final DecoderLimits LIMITS = new DecoderLimits(LARGEST_PACKET, 0);

    private StoredMessage() {}

    /**
     * Returns the stored form of {@code message}.
     *
     * @throws io.reactivemqtt.exception.LimitExceededException if it is larger than any packet
     */
    public static byte[] toBytes(ApplicationMessage message) {
        ByteBuffer bytes = ByteBuffer.allocate(ENCODER.encodedLength(message));
        ENCODER.encode(message, ANY_IDENTIFIER, false, bytes);
        return bytes.array();
    }

    /**
     * Returns the message whose stored form is {@code bytes}; for many, a {@link Reader} takes less.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ApplicationMessage fromBytes(byte[] bytes) {
        return new Reader().read(bytes);
    }

    /** Reads many stored messages: those of one topic share its Topic Name. Not thread-safe. */
    public static final class Reader {

        private final PacketDecoder decoder = new PacketDecoder(ProtocolVersion.MQTT_5_0, LIMITS);

        /** Makes a reader that knows no Topic Name yet. */
        public Reader() {}

        /**
         * Returns the message whose stored form is {@code bytes}, whatever was read before.
         *
         * @throws IllegalArgumentException if it is none
         */
        public ApplicationMessage read(byte[] bytes) {
            return read(bytes, bytes.length);
        }

        /**
         * Returns the message whose stored form are the first {@code length} of {@code bytes}, whatever was read before.
         *
         * @throws IllegalArgumentException if they are none
         */
        public ApplicationMessage read(byte[] bytes, int length) {
            ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
            try {
                // no other packet is even looked at: a CONNECT would change the version of all that follow
                if (length > 0
                        && (bytes[0] & 0xF0) == PUBLISH
                        && decoder.decode(source) instanceof Publish publish
                        && !source.hasRemaining()) {
                    return publish.message();
                }
            } catch (ProtocolViolationException malformed) {
                throw new IllegalArgumentException(
                        "not the stored form of a message: " + malformed.getMessage(), malformed);
            }
            throw new IllegalArgumentException("not the stored form of a message");
        }
    }
}
