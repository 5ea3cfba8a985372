package io.reactivemqtt.simulation;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time of all processes. It passes when the simulation says so; the wall clock jumps besides. */
final class Clock {

    private static final long BEGIN_NANOS = TimeUnit.DAYS.toNanos(1);

    private long nanos = BEGIN_NANOS;
    private long wallMillisAtStart = 1_800_000_000_000L;

    long nanos() {
        return nanos;
    }

    /** Returns how much time has passed. */
    Duration passed() {
        return Duration.ofNanos(nanos - BEGIN_NANOS);
    }

    long epochMillis() {
        return wallMillisAtStart + TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    void passTo(long later) {
        nanos = Math.max(nanos, later);
    }

    void wallClockJumps(long millis) {
        wallMillisAtStart += millis;
    }
}
