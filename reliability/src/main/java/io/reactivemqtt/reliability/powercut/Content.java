package io.reactivemqtt.reliability.powercut;

import java.util.Arrays;

/** The bytes of a file, which grow and shrink. */
final class Content {

    private static final int FIRST = 4_096;

    private byte[] bytes;
    private int size;

    Content() {
        this(new byte[FIRST], 0);
    }

    private Content(byte[] bytes, int size) {
        this.bytes = bytes;
        this.size = size;
    }

    static Content of(byte[] bytes) {
        return new Content(bytes.clone(), bytes.length);
    }

    Content copy() {
        return of(toBytes());
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Writes {@code length} bytes of {@code data}; what lies between the end and {@code at} becomes zeros. */
    void write(int at, byte[] data, int from, int length) {
        resize(Math.max(size, at + length));
        System.arraycopy(data, from, bytes, at, length);
    }

    /** Cuts off, or appends zeros. */
    void resize(int newSize) {
        if (newSize > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(newSize, 2 * size));
        }
        if (newSize < size) {
            Arrays.fill(bytes, newSize, size, (byte) 0);
        }
        size = newSize;
    }
}
