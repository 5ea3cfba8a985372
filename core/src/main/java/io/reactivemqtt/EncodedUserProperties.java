package io.reactivemqtt;

import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.check.Utf8;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * Pairs as they came in a packet, each made when it is asked for: a packet may have hundreds of thousands that nobody reads, and
 * as objects they would take many times the room that they took on their way.
 */
final class EncodedUserProperties extends AbstractList<UserProperty> implements RandomAccess {

    private static final int LENGTH_BYTES = 2;

    private final byte[] bytes;
    private final int[] starts;

    /** Where each pair begins, and how many bytes that takes: found and checked in one pass. */
    EncodedUserProperties(byte[] bytes) {
        this.bytes = bytes;
        int[] found = new int[4];
        int count = 0;
        for (int at = 0; at < bytes.length; count++) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count] = at;
            at = checkedEnd(checkedEnd(at));
        }
        this.starts = found.length == count ? found : Arrays.copyOf(found, count);
    }

    private int checkedEnd(int start) {
        int from = start + LENGTH_BYTES;
        if (from > bytes.length || from + length(start) > bytes.length) {
            throw new IllegalArgumentException("a User Property exceeds its bytes");
        }
        int end = from + length(start);
        Utf8.requireWellFormed(bytes, from, end);
        return end;
    }

    private int length(int start) {
        return (bytes[start] & 0xFF) << 8 | (bytes[start + 1] & 0xFF);
    }

    @Override
    public UserProperty get(int index) {
        int name = starts[index];
        int value = name + LENGTH_BYTES + length(name);
        return new UserProperty(string(name), string(value));
    }

    private String string(int start) {
        int length = length(start);
        return length == 0 ? "" : Utf8.decode(ByteBuffer.wrap(bytes, start + LENGTH_BYTES, length), length);
    }

    @Override
    public int size() {
        return starts.length;
    }

    /** Returns how many bytes the names and values take. */
    int encodedLength() {
        return bytes.length - 2 * LENGTH_BYTES * starts.length;
    }
}
