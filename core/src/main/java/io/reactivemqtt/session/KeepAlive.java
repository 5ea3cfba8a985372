package io.reactivemqtt.session;

import java.util.concurrent.TimeUnit;

/**
 * The longest silence of the client, and how long it waits for a sign of life (MQTT 5.0 §3.1.2.10).
 *
 * <p>PINGREQ goes out when nothing else was sent for the Keep Alive less a margin of a quarter, at most a second, so that
 * the gap that the Server sees stays below it. The PINGRESP has as long as the Keep Alive, at most {@link #PATIENCE_NANOS}.
 */
final class KeepAlive {

    static final long NONE = Long.MAX_VALUE;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long silenceNanos;
    private final long patienceNanos;
    private long lastSentNanos;
    private long pingRespDeadlineNanos;
    private boolean awaitingPingResp;
    private boolean readingPaused;

    KeepAlive(int seconds, long nowNanos) {
        long intervalNanos = TimeUnit.SECONDS.toNanos(seconds);
        this.silenceNanos = intervalNanos - Math.min(intervalNanos / 4, TimeUnit.SECONDS.toNanos(1));
        this.patienceNanos = Math.min(intervalNanos, PATIENCE_NANOS);
        this.lastSentNanos = nowNanos;
    }

    void packetSent(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    void pingReqSent(long nowNanos) {
        awaitingPingResp = true;
        pingRespDeadlineNanos = nowNanos + patienceNanos;
    }

    void pingRespReceived() {
        awaitingPingResp = false;
    }

    /** While nobody reads, a PINGRESP may lie there unseen. */
    void readingPaused() {
        readingPaused = true;
    }

    /** The time of a PINGRESP that was awaited starts anew. */
    void readingResumed(long nowNanos) {
        readingPaused = false;
        pingRespDeadlineNanos = nowNanos + patienceNanos;
    }

    boolean pingReqDue(long nowNanos) {
        return silenceNanos > 0 && !watchesForPingResp() && nowNanos - lastSentNanos >= silenceNanos;
    }

    boolean pingRespMissing(long nowNanos) {
        return watchesForPingResp() && nowNanos - pingRespDeadlineNanos >= 0;
    }

    /** Returns when to look again, or {@link #NONE}. */
    long deadlineNanos() {
        if (silenceNanos == 0) {
            return NONE;
        }
        return watchesForPingResp() ? pingRespDeadlineNanos : lastSentNanos + silenceNanos;
    }

    private boolean watchesForPingResp() {
        return awaitingPingResp && !readingPaused;
    }
}
