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

    private static final long FACTOR = 31;

    /** Where the check of a Packet Identifier begins, in the number that stands for both: one value is bound faster than two. */
    private static final int IDENTIFIER_BITS = 16;

    private static final int IDENTIFIER = (1 << IDENTIFIER_BITS) - 1;

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

    /** Returns that of a session's name: U+0000, which is in neither, stands between. */
    static long ofName(String namespace, String clientIdentifier) {
        return of(namespace + '\0' + clientIdentifier);
    }

    private static long of(byte[] content, long... numbers) {
        ByteBuffer key = ByteBuffer.allocate(numbers.length * Long.BYTES);
        for (long number : numbers) {
            key.putLong(number);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(key.flip());
        checksum.update(content);
        return checksum.getValue();
    }

    /** Returns a Packet Identifier with a check above it, which goes with its key. */
    static long checkedIdentifier(int packetIdentifier, long session, long sequence) {
        long check = ((packetIdentifier * FACTOR + sequence % PRIME) * FACTOR + session % PRIME) % PRIME;
        return check << IDENTIFIER_BITS | packetIdentifier;
    }

    /** Returns the Packet Identifier in {@code checked}, right or wrong. */
    static int identifierIn(long checked) {
        return (int) (checked & IDENTIFIER);
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
