package io.reactivemqtt.codec;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.check.Utf8;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Reads the data types of MQTT (MQTT 5.0 §1.5). What does not fit before the buffer's limit is malformed, so whoever reads a
 * part of known length lowers the limit first.
 */
final class Input {

    private Input() {}

    static int unsignedByte(ByteBuffer source) {
        requireRemaining(source, 1);
        return source.get() & 0xFF;
    }

    static int twoByteInteger(ByteBuffer source) {
        requireRemaining(source, 2);
        return (source.get() & 0xFF) << 8 | (source.get() & 0xFF);
    }

    static long fourByteInteger(ByteBuffer source) {
        requireRemaining(source, 4);
        return (long) twoByteInteger(source) << 16 | twoByteInteger(source);
    }

    static Payload binaryData(ByteBuffer source) {
        return Payload.read(source, lengthOfWhatFollows(source));
    }

    static String string(ByteBuffer source) {
        return string(source, lengthOfWhatFollows(source));
    }

    /** Reads a string whose length was read and checked before. */
    static String string(ByteBuffer source, int length) {
        try {
            return Utf8.decode(source, length);
        } catch (IllegalArgumentException notWellFormed) {
            throw notWellFormed(notWellFormed);
        }
    }

    static ProtocolViolationException notWellFormed(IllegalArgumentException cause) {
        return malformed(cause.getMessage() + " [MQTT-1.5.4-1] [MQTT-1.5.4-2]");
    }

    /** Reads the two bytes in front of a string or of binary data, and sees to it that all of it is there. */
    static int lengthOfWhatFollows(ByteBuffer source) {
        int length = twoByteInteger(source);
        requireRemaining(source, length);
        return length;
    }

    static int packetIdentifier(ByteBuffer source) {
        int packetIdentifier = Input.twoByteInteger(source);
        if (packetIdentifier == 0) {
            throw protocolError("a Packet Identifier is never 0 [MQTT-2.2.1-3]");
        }
        return packetIdentifier;
    }

    static ReasonCode reasonCode(ByteBuffer source, Set<ReasonCode> listed, String packet) {
        int code = Input.unsignedByte(source);
        ReasonCode reasonCode = ReasonCode.of(code);
        if (reasonCode == null || !listed.contains(reasonCode)) {
            throw protocolError(String.format("%s does not carry the Reason Code 0x%02X", packet, code));
        }
        return reasonCode;
    }

    static void requireRemaining(ByteBuffer source, int length) {
        if (source.remaining() < length) {
            throw malformed("length " + length + " exceeds the remaining " + source.remaining() + " bytes");
        }
    }

    static ProtocolViolationException malformed(String message) {
        return new ProtocolViolationException(ReasonCode.MALFORMED_PACKET, message);
    }

    static ProtocolViolationException protocolError(String message) {
        return new ProtocolViolationException(ReasonCode.PROTOCOL_ERROR, message);
    }
}
