package io.reactivemqtt.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 Encoded Strings (MQTT 5.0 §1.5.4): well-formed, without U+0000, at most 65,535 bytes.
 *
 * <p>Both directions are strict: a lone surrogate never leaves, and no overlong form, surrogate or U+0000 comes in. A byte
 * order mark is an ordinary character [MQTT-1.5.4-3].
 */
public final class Utf8 {

    /** The most bytes that a UTF-8 Encoded String may have. */
    public static final int MAXIMUM_LENGTH = 65_535;

    private Utf8() {}

    /**
     * Returns {@code value} if it may travel as a UTF-8 Encoded String.
     *
     * @param what how the message names the value
     * @throws IllegalArgumentException if it has a lone surrogate or U+0000 or is longer than {@link #MAXIMUM_LENGTH} bytes
     */
    public static String require(String value, String what) {
        if (encodedLength(value, what) > MAXIMUM_LENGTH) {
            throw new IllegalArgumentException(
                    what + " is longer than " + MAXIMUM_LENGTH + " bytes in UTF-8 [MQTT-4.7.3-3]");
        }
        return value;
    }

    /** Tells whether {@code value} may travel as a UTF-8 Encoded String. */
    public static boolean isEncodable(String value) {
        try {
            require(value, "");
            return true;
        } catch (IllegalArgumentException itMayNot) {
            return false;
        }
    }

    private static int encodedLength(String value, String what) {
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(what + " has the character U+0000 [MQTT-1.5.4-2]");
            } else if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (!Character.isSurrogate(c)) {
                length += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                throw new IllegalArgumentException(what + " has a lone surrogate at index " + i + " [MQTT-1.5.4-1]");
            }
        }
        return length;
    }

    /** Returns how many bytes {@code value}, which {@link #require} has accepted, takes in UTF-8. */
    public static int length(String value) {
        int length = value.length();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }

    /** Returns the bytes of {@code value}, which {@link #require} has accepted. */
    public static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Decodes {@code length} bytes at the position of {@code source} and moves it behind them.
     *
     * @throws IllegalArgumentException if they are not a UTF-8 Encoded String
     */
    public static String decode(ByteBuffer source, int length) {
        byte[] bytes = new byte[length];
        source.get(bytes);
        return decode(bytes);
    }

    /**
     * Decodes {@code bytes}.
     *
     * @throws IllegalArgumentException if they are not a UTF-8 Encoded String
     */
    public static String decode(byte[] bytes) {
        requireWellFormed(bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Checks the bytes from {@code start} to before {@code end}.
     *
     * @throws IllegalArgumentException if they are not a UTF-8 Encoded String
     */
    public static void requireWellFormed(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && bytes[i] > 0) { // ASCII but U+0000: most are nothing else
            i++;
        }
        while (i < end) {
            int length = sequenceLength(bytes, i, end);
            if (length == 0) {
                throw new IllegalArgumentException("not a UTF-8 Encoded String: invalid byte at index " + (i - start));
            }
            i += length;
        }
    }

    /** The length of the well-formed sequence at {@code i} (Unicode, table 3-7), 0 if there is none or it is U+0000. */
    private static int sequenceLength(byte[] bytes, int i, int end) {
        int first = bytes[i] & 0xFF;
        if (first < 0x80) {
            return first == 0 ? 0 : 1;
        } else if (first < 0xC2) { // a continuation byte, or overlong
            return 0;
        } else if (first < 0xE0) {
            return continues(bytes, i + 1, end, 0x80, 0xBF) ? 2 : 0;
        } else if (first < 0xF0) {
            int low = first == 0xE0 ? 0xA0 : 0x80; // not overlong
            int high = first == 0xED ? 0x9F : 0xBF; // no surrogate
            return continues(bytes, i + 1, end, low, high) && continues(bytes, i + 2, end, 0x80, 0xBF) ? 3 : 0;
        } else if (first < 0xF5) {
            int low = first == 0xF0 ? 0x90 : 0x80; // not overlong
            int high = first == 0xF4 ? 0x8F : 0xBF; // not above U+10FFFF
            return continues(bytes, i + 1, end, low, high)
                            && continues(bytes, i + 2, end, 0x80, 0xBF)
                            && continues(bytes, i + 3, end, 0x80, 0xBF)
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean continues(byte[] bytes, int i, int end, int low, int high) {
        return i < end && (bytes[i] & 0xFF) >= low && (bytes[i] & 0xFF) <= high;
    }
}
