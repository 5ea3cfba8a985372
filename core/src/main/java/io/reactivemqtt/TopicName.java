package io.reactivemqtt;

import io.reactivemqtt.check.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The label of an Application Message: levels separated by {@code /}, without wildcards (MQTT 5.0 §4.7).
 *
 * <p>Names are compared character by character: case, empty levels and composed forms all count [MQTT-4.7.3-4]. Making one
 * checks and encodes it; keep it when many messages share it.
 */
public final class TopicName {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final String name;
    private final byte[] utf8;

    private TopicName(String name, byte[] utf8) {
        this.name = name;
        this.utf8 = utf8;
    }

    /**
     * Returns the Topic Name {@code name}.
     *
     * @throws IllegalArgumentException if it is empty, has a wildcard ({@code +} or {@code #}), U+0000 or a lone surrogate,
     *     or takes more than 65,535 bytes in UTF-8
     */
    public static TopicName of(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a Topic Name has at least one character [MQTT-4.7.3-1]");
        }
        if (name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "a Topic Name has no wildcard (+ or #), but this one has: \"" + name + "\" [MQTT-3.3.2-2]");
        }
        return new TopicName(name, Utf8.bytes(Utf8.require(name, "the Topic Name")));
    }

    /** Tells whether {@link #of} takes {@code name}. */
    public static boolean isValid(String name) {
        Objects.requireNonNull(name, "name");
        return !name.isEmpty() && name.indexOf('+') < 0 && name.indexOf('#') < 0 && Utf8.isEncodable(name);
    }

    /** Returns how many bytes the name takes in UTF-8. */
    public int encodedLength() {
        return utf8.length;
    }

    /** Writes the name in UTF-8, without a length in front, into {@code target} at its position. */
    public void putInto(ByteBuffer target) {
        Objects.requireNonNull(target, "target");
        target.put(utf8);
    }

    /**
     * Tells whether the {@code length} bytes at {@code offset} of {@code source}, counted from its start and not from its
     * position, are this name in UTF-8.
     */
    public boolean encodesTo(ByteBuffer source, int offset, int length) {
        Objects.requireNonNull(source, "source");
        if (length != utf8.length) {
            return false;
        }
        int i = 0;
        if (source.order() == ByteOrder.BIG_ENDIAN) { // eight at once
            for (; i + Long.BYTES <= length; i += Long.BYTES) {
                if (source.getLong(offset + i) != (long) EIGHT_BYTES.get(utf8, i)) {
                    return false;
                }
            }
        }
        for (; i < length; i++) {
            if (source.get(offset + i) != utf8[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicName topicName && name.equals(topicName.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Returns the name as it was given. */
    @Override
    public String toString() {
        return name;
    }
}
