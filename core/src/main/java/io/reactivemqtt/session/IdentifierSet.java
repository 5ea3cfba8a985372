package io.reactivemqtt.session;

import java.util.Arrays;

/**
 * Packet Identifiers, a bit each, in as many words as the highest needs. Unlike those of {@link java.util.BitSet}, all operations
 * take the same time: there, removing the highest looks for the next.
 */
final class IdentifierSet {

    private static final long[] EMPTY = {};

    private long[] words = EMPTY;

    /** Adds an identifier; false if it was there already. */
    boolean add(int packetIdentifier) {
        int word = packetIdentifier >> 6;
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(1, Integer.highestOneBit(word) * 2));
        }
        long before = words[word];
        long after = before | 1L << packetIdentifier;
        words[word] = after;
        return after != before;
    }

    void remove(int packetIdentifier) {
        int word = packetIdentifier >> 6;
        if (word < words.length) {
            words[word] &= ~(1L << packetIdentifier);
        }
    }
}
