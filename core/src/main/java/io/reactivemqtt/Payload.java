package io.reactivemqtt;

import io.reactivemqtt.check.Utf8;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Binary data that never changes: the payload of an Application Message, Correlation Data, a password.
 *
 * <p>{@link #toString} tells the size alone, so that no content reaches a log.
 */
public final class Payload {

    /** No bytes at all. */
    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns a payload of a copy of {@code bytes}. */
    public static Payload of(byte... bytes) {
        Objects.requireNonNull(bytes, "bytes");
        return bytes.length == 0 ? EMPTY : new Payload(bytes.clone());
    }

    /**
     * Returns a payload of {@code bytes} themselves, without a copy, for a caller that has just made the array and gives it away.
     *
     * @param bytes MUST NOT be changed any more: a message that waits in a queue, or is sent again, would change with them
     */
    public static Payload wrap(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        return bytes.length == 0 ? EMPTY : new Payload(bytes);
    }

    /** Returns a payload of a copy of what remains in {@code source}, and moves its position to its limit. */
    public static Payload of(ByteBuffer source) {
        Objects.requireNonNull(source, "source");
        return read(source, source.remaining());
    }

    /** Returns a payload of a copy of the next {@code length} bytes of {@code source}, and moves its position behind them. */
    public static Payload read(ByteBuffer source, int length) {
        Objects.requireNonNull(source, "source");
        if (length == 0) {
            return EMPTY;
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return new Payload(bytes);
    }

    /** Returns a payload of {@code text} in UTF-8. */
    public static Payload utf8(String text) {
        Objects.requireNonNull(text, "text");
        return text.isEmpty() ? EMPTY : new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns how many bytes this has. */
    public int size() {
        return bytes.length;
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** Returns a read-only view of the bytes. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Returns the bytes as a new stream, without a copy; it need not be closed. */
    public InputStream asInputStream() {
        return new ByteArrayInputStream(bytes);
    }

    /** Writes the bytes into {@code target} at its position. */
    public void putInto(ByteBuffer target) {
        Objects.requireNonNull(target, "target");
        target.put(bytes);
    }

    /** Returns the bytes read as UTF-8; what is not well-formed becomes U+FFFD. */
    public String asUtf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Tells whether the bytes are a text that may travel as a UTF-8 Encoded String, of any length. */
    public boolean isWellFormedUtf8() {
        try {
            Utf8.decode(bytes);
            return true;
        } catch (IllegalArgumentException notText) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
