package io.reactivemqtt.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values by Packet Identifier: an array that grows to the highest one seen. */
final class IdentifierTable<T> {

    /** Looks at one value. */
    interface Visitor<T> {
        void visit(int packetIdentifier, T value);
    }

    private static final @Nullable Object[] EMPTY = {};
    private static final int SMALLEST = 16;

    private @Nullable Object[] values = EMPTY;
    private int size;

    @SuppressWarnings("unchecked") // only put() fills the array
    @Nullable
    T get(int packetIdentifier) {
        return packetIdentifier < values.length ? (T) values[packetIdentifier] : null;
    }

    void put(int packetIdentifier, T value) {
        if (packetIdentifier >= values.length) {
            values = Arrays.copyOf(values, Math.max(SMALLEST, Integer.highestOneBit(packetIdentifier) * 2));
        }
        if (values[packetIdentifier] == null) {
            size++;
        }
        values[packetIdentifier] = value;
    }

    @Nullable
    T remove(int packetIdentifier) {
        T value = get(packetIdentifier);
        if (value != null) {
            values[packetIdentifier] = null;
            size--;
        }
        return value;
    }

    int size() {
        return size;
    }

    /** Shows every value to {@code visitor}, by ascending identifier; the visitor may remove. */
    @SuppressWarnings("unchecked") // only put() fills the array
    void forEach(Visitor<? super T> visitor) {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value != null) {
                visitor.visit(i, (T) value);
            }
        }
    }

    void clear() {
        values = EMPTY;
        size = 0;
    }
}
