package io.reactivemqtt.codec;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.nio.ByteBuffer;

/** Lengths and identifiers in one to four bytes, seven bits in each, the lowest first (MQTT 5.0 §1.5.5). */
final class VariableByteInteger {

    /** The largest value that four bytes hold. */
    static final int MAXIMUM = 268_435_455;

    /** What {@link #peek} returns when the value goes on behind the limit. */
    static final int INCOMPLETE = -1;

    private VariableByteInteger() {}

    /** Returns how many bytes {@code value} takes; four for all that no such integer can say. */
    static int length(long value) {
        if (value < 128) {
            return 1;
        }
        return value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
    }

    /** Writes {@code value}, 0 to {@link #MAXIMUM}, in the fewest bytes [MQTT-1.5.5-1]. */
    static void put(int value, ByteBuffer target) {
        int rest = value;
        while (rest >= 128) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    /**
     * Returns the value at {@code index} without moving the position, or {@link #INCOMPLETE}.
     *
     * @throws ProtocolViolationException if it has more than four bytes, or more than it needs [MQTT-1.5.5-1]
     */
    static int peek(ByteBuffer source, int index) {
        int limit = source.limit();
        int value = 0;
        for (int i = 0; i < 4; i++) {
            if (index + i >= limit) {
                return INCOMPLETE;
            }
            int digit = source.get(index + i);
            value |= (digit & 0x7F) << (7 * i);
            if (digit >= 0) {
                if (digit == 0 && i > 0) {
                    throw malformed("a Variable Byte Integer has more bytes than it needs [MQTT-1.5.5-1]");
                }
                return value;
            }
        }
        throw malformed("a Variable Byte Integer has more than four bytes");
    }

    /**
     * Reads the value at the position.
     *
     * @throws ProtocolViolationException if there is none, whole and minimal
     */
    static int read(ByteBuffer source) {
        int value = peek(source, source.position());
        if (value == INCOMPLETE) {
            throw malformed("a Variable Byte Integer is cut off");
        }
        source.position(source.position() + length(value));
        return value;
    }

    private static ProtocolViolationException malformed(String message) {
        return new ProtocolViolationException(ReasonCode.MALFORMED_PACKET, message);
    }
}
