package io.reactivemqtt.session;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message that the Server answers by closing the connection: it would be sent first on each connection, for ever. Two
 * connections that end at once are a suspicion, which a bad network raises as well; the next one is a trial: it stays quiet first,
 * which a bad network does not survive, and then sends the suspect alone.
 */
final class StuckMessage {

    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SUSPICIONS = 2;
    private static final int TRIALS_BROKEN_OFF = 2;

    private long suspect;
    private int times;

    /**
     * A connection was lost.
     *
     * @param first what was sent on it, or again, and stands first in flight; null if nothing does
     * @param broken whether the transport broke, as by a reset, which a network does as well as a Server; once is no proof
     * @return whether {@code first} is stuck
     */
    boolean onLost(Connection connection, @Nullable OutgoingFlow first, boolean broken, long nowNanos) {
        if (first == null
                || first.connectionNumber != connection.number
                || nowNanos - connection.publishingSinceNanos() >= AT_ONCE_NANOS) {
            acquit();
            return false;
        }
        times = first.sequence == suspect ? times + 1 : 1;
        suspect = first.sequence;
        boolean proven = times >= SUSPICIONS + (broken ? TRIALS_BROKEN_OFF : 1);
        if (proven) {
            acquit();
        }
        return proven;
    }

    private void acquit() {
        suspect = 0;
        times = 0;
    }

    /** A connection is there: if it is to be a trial, it is prepared for that. */
    void onConnected(Connection connection, long nowNanos) {
        if (times >= SUSPICIONS) {
            connection.beginQuietly(nowNanos + QUIET_NANOS);
        }
    }
}
