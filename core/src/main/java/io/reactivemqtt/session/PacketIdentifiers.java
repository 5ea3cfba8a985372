package io.reactivemqtt.session;

import java.util.Arrays;

/**
 * Which Packet Identifiers are in use by this client [MQTT-2.2.1-3].
 *
 * <p>A bitmap that grows with what is in use, searched from the last one given: an identifier rests before it comes again, so
 * that a Server that acknowledges twice does no harm, and numbers stay small, so that tables by identifier do.
 */
final class PacketIdentifiers {

    static final int NONE = 0;
    private static final int WORDS_AT_MOST = 65_536 / 64;

    /** So many are left to SUBSCRIBE and UNSUBSCRIBE, which would starve beside messages that take each that is freed. */
    private static final int KEPT_FOR_REQUESTS = 16;

    private long[] used = {1, 0, 0, 0}; // 0 is no identifier
    private int last;
    private int inUse;

    /** Returns an identifier for a message, or {@link #NONE} if only those are left that are kept for requests. */
    int takeForMessage() {
        return inUse < 65_535 - KEPT_FOR_REQUESTS ? take() : NONE;
    }

    /** Returns an identifier that was not in use and is from now on, or {@link #NONE} if all 65,535 are. */
    int take() {
        if (inUse * 2 >= used.length * 64 && used.length < WORDS_AT_MOST) {
            used = Arrays.copyOf(used, used.length * 2);
        }
        int start = last + 1;
        int found = firstFree(start, used.length * 64);
        if (found == NONE) {
            found = firstFree(1, Math.min(start, used.length * 64));
        }
        if (found != NONE) {
            mark(found);
        }
        return found;
    }

    /** Marks an identifier that a stored Session uses. */
    void reserve(int packetIdentifier) {
        while (packetIdentifier >= used.length * 64) {
            used = Arrays.copyOf(used, used.length * 2);
        }
        mark(packetIdentifier);
    }

    void release(int packetIdentifier) {
        long bit = 1L << packetIdentifier;
        if ((used[packetIdentifier >> 6] & bit) != 0) {
            used[packetIdentifier >> 6] &= ~bit;
            inUse--;
        }
    }

    int inUse() {
        return inUse;
    }

    private void mark(int packetIdentifier) {
        used[packetIdentifier >> 6] |= 1L << packetIdentifier;
        last = packetIdentifier;
        inUse++;
    }

    private int firstFree(int from, int to) {
        if (from >= to) {
            return NONE;
        }
        int word = from >> 6;
        long free = ~used[word] & (-1L << from);
        while (free == 0) {
            word++;
            if (word << 6 >= to) {
                return NONE;
            }
            free = ~used[word];
        }
        int found = (word << 6) + Long.numberOfTrailingZeros(free);
        return found < to ? found : NONE;
    }
}
