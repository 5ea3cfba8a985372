package io.reactivemqtt.session;

import java.util.concurrent.TimeUnit;

/**
 * Two clocks (MQTT 5.0 §3.1.2.10): the silence of this client, which the Server bounds, and that of the Server, by which a
 * connection is known to be dead.
 *
 * <p>PINGREQ goes out when either has lasted for the Keep Alive less a margin of a quarter, at most a second, so that the gap that
 * the Server sees stays below it. After it, any byte is a sign of life. Without one within the Keep Alive, at most {@link
 * #PATIENCE_NANOS}, and within one and a half times the Keep Alive of the last, the connection is lost.
 */
final class KeepAlive {

    static final long NONE = Long.MAX_VALUE;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long intervalNanos;
    private final long silenceNanos;
    private final long patienceNanos;
    private long lastSentNanos;
    private long lastSignNanos;
    private long pingReqNanos;
    private boolean awaitingPingResp;
    private boolean readingPaused;

    /** Starts when the CONNECT has left, and its CONNACK has come. */
    KeepAlive(int seconds, long connectNanos, long connAckNanos) {
        this.intervalNanos = TimeUnit.SECONDS.toNanos(seconds);
        this.silenceNanos = intervalNanos - Math.min(intervalNanos / 4, TimeUnit.SECONDS.toNanos(1));
        this.patienceNanos = Math.min(intervalNanos, PATIENCE_NANOS);
        this.lastSentNanos = connectNanos;
        this.lastSignNanos = connAckNanos;
    }

    void packetSent(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    void pingReqSent(long nowNanos) {
        awaitingPingResp = true;
        pingReqNanos = nowNanos;
    }

    void pingRespReceived() {
        awaitingPingResp = false;
    }

    boolean awaitsPingResp() {
        return awaitingPingResp;
    }

    /** The Server lives: bytes of it came, or it has taken some after it had taken none. */
    void signOfLife(long nowNanos) {
        lastSignNanos = nowNanos;
    }

    /** While nobody reads, a PINGRESP may lie there unseen. */
    void readingPaused() {
        readingPaused = true;
    }

    /** The time of what was awaited starts anew. */
    void readingResumed(long nowNanos) {
        readingPaused = false;
        lastSignNanos = nowNanos;
    }

    boolean pingReqDue(long nowNanos) {
        return silenceNanos > 0 && !watchesForSign() && nowNanos - pingReqDueNanos() >= 0;
    }

    boolean isLost(long nowNanos) {
        return watchesForSign() && nowNanos - lostNanos() >= 0;
    }

    /** Returns when to look again, or {@link #NONE}. */
    long deadlineNanos() {
        if (silenceNanos == 0) {
            return NONE;
        }
        return watchesForSign() ? lostNanos() : pingReqDueNanos();
    }

    private long pingReqDueNanos() {
        return (readingPaused ? lastSentNanos : Math.min(lastSentNanos, lastSignNanos)) + silenceNanos;
    }

    private long lostNanos() {
        long patient = Math.max(pingReqNanos, lastSignNanos) + patienceNanos;
        return Math.max(
                Math.min(patient, lastSignNanos + intervalNanos + intervalNanos / 2),
                pingReqNanos + Math.min(patienceNanos, intervalNanos / 2)); // however late the PINGREQ was
    }

    private boolean watchesForSign() {
        return awaitingPingResp && !readingPaused;
    }
}
