package io.reactivemqtt.store.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What stands beside each entry, to tell whether it is still what was written: CRC32C over its stored form, its key included, so
 * that an entry that has come under another key is noticed too.
 */
final class Checksums {

    /** The largest prime below 2^16: whichever one byte of a number changes, its remainder does. */
    private static final long PRIME = 65_521;

    private static final int FACTOR = 31;

    /** {@link #ofRelease} of the order {@code ?1} added to, for statements that release many rows at once. */
    static final String RELEASE_OF_ROW =
            "((sequence + ?1) %% %d * %d + sequence %% %d) %% %d".formatted(PRIME, FACTOR, PRIME, PRIME);

    private Checksums() {}

    static long of(long... numbers) {
        return of(new byte[0], numbers);
    }

    static long of(String text, long... numbers) {
        return of(text.getBytes(StandardCharsets.UTF_8), numbers);
    }

    static long of(byte[] content, long... numbers) {
        ByteBuffer key = ByteBuffer.allocate(numbers.length * Long.BYTES);
        for (long number : numbers) {
            key.putLong(number);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(key.flip());
        checksum.update(content, 0, content.length);
        return checksum.getValue();
    }

    /** Returns what SQLite can compute by itself, in the statement that releases a run of messages. */
    static long ofRelease(long releaseOrder, long sequence) {
        return (releaseOrder % PRIME * FACTOR + sequence % PRIME) % PRIME;
    }

    /** Throws what makes an entry unreadable. */
    static void require(boolean right) {
        if (!right) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
    }
}
