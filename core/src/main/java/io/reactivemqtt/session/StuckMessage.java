package io.reactivemqtt.session;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds the message that the Server answers by closing the connection: it would be sent first on each connection, for ever. */
final class StuckMessage {

    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TIMES = 3;

    private long suspect;
    private int times;

    /**
     * A connection was lost.
     *
     * @param first what was sent on it, or again, and stands first in flight; null if nothing does
     * @return whether {@code first} is stuck
     */
    boolean onLost(Connection connection, @Nullable OutgoingFlow first, long nowNanos) {
        if (first == null
                || first.connectionNumber != connection.number
                || nowNanos - connection.sinceNanos >= AT_ONCE_NANOS) {
            suspect = 0;
            times = 0;
            return false;
        }
        times = first.sequence == suspect ? times + 1 : 1;
        suspect = first.sequence;
        if (times < TIMES) {
            return false;
        }
        suspect = 0;
        times = 0;
        return true;
    }

    /** Tells whether the next connection is to show which message it is, of those in flight. */
    boolean isNearlySure() {
        return times == TIMES - 1;
    }
}
