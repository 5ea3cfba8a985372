package io.reactivemqtt.store.sqlite;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Puts a checksum behind a message, over its key too, and looks whether it is right: that of {@link Checksums}, for millions. Not
 * thread-safe.
 */
final class Seal {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SEAL_BYTES = Integer.BYTES;

    private final CRC32C checksum = new CRC32C();
    private final byte[] key = new byte[3 * Long.BYTES];

    /** Returns {@code message} with a checksum behind it. */
    byte[] sealed(byte[] message, long session, long sequence, long acceptedAtMillis) {
        byte[] sealed = Arrays.copyOf(message, message.length + SEAL_BYTES);
        INT.set(sealed, message.length, of(message, message.length, session, sequence, acceptedAtMillis));
        return sealed;
    }

    /** Returns how many bytes of {@code sealed} are the message. */
    int requireWhole(byte[] sealed, long session, long sequence, long acceptedAtMillis) {
        int length = sealed.length - SEAL_BYTES;
        Checksums.require(length >= 0
                && (int) INT.get(sealed, length) == of(sealed, length, session, sequence, acceptedAtMillis));
        return length;
    }

    private int of(byte[] content, int length, long session, long sequence, long acceptedAtMillis) {
        LONG.set(key, 0, session);
        LONG.set(key, Long.BYTES, sequence);
        LONG.set(key, 2 * Long.BYTES, acceptedAtMillis);
        checksum.reset();
        checksum.update(key);
        checksum.update(content, 0, length);
        return (int) checksum.getValue();
    }
}
