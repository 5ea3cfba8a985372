package io.reactivemqtt.client;

import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Lets many clients of one process connect one after the other, so that a Server that comes back is not overrun by all of them at
 * once: a token bucket, which all of them get by {@link ClientOptions.Builder#connectLimiter}. Thread-safe.
 */
public final class ConnectLimiter {

    private final long intervalNanos;
    private final int burst;

    /** When the next turn comes, where others have not left enough of the burst; not looked at before the first. */
    private long nextNanos;

    private boolean begun;

    /** Turns that somebody has given back, the next to come first. */
    private final TreeSet<Long> givenBack = new TreeSet<>((one, other) -> Long.signum(one - other));

    private ConnectLimiter(long intervalNanos, int burst) {
        this.intervalNanos = intervalNanos;
        this.burst = burst;
    }

    /**
     * Returns a limiter for the clients that get it.
     *
     * @param perSecond how many attempts begin in a second, on average; from 0.001 to 1,000,000
     * @param burst how many may begin at once, where none has for a while; from 1
     * @throws IllegalArgumentException if one is out of its range
     */
    public static ConnectLimiter of(double perSecond, int burst) {
        if (!(perSecond >= 0.001 && perSecond <= 1_000_000)) {
            throw new IllegalArgumentException("the attempts in a second are 0.001 to 1000000, not " + perSecond);
        }
        OptionChecks.range(burst, 1, 1_000_000, "the burst of attempts");
        return new ConnectLimiter((long) (TimeUnit.SECONDS.toNanos(1) / perSecond), burst);
    }

    /** Takes a turn at {@code nowNanos}, on the clock that all clients have; returns how many nanoseconds later it comes. */
    public synchronized long takeTurn(long nowNanos) {
        for (Long turn = givenBack.pollFirst(); turn != null; turn = givenBack.pollFirst()) {
            if (turn - nowNanos >= 0) { // else it is over, and nobody has used it
                return turn - nowNanos;
            }
        }
        long earliest = nowNanos - (burst - 1) * intervalNanos;
        if (!begun || nextNanos - earliest < 0) {
            nextNanos = earliest;
            begun = true;
        }
        long delayNanos = Math.max(0, nextNanos - nowNanos);
        nextNanos += intervalNanos;
        return delayNanos;
    }

    /** Gives a turn back that comes at {@code turnNanos}, for its attempt was given up: whoever asks next gets it. */
    public synchronized void giveBack(long turnNanos) {
        givenBack.add(turnNanos);
    }

    @Override
    public String toString() {
        return "ConnectLimiter[one each " + TimeUnit.NANOSECONDS.toMicros(intervalNanos) + " µs, burst " + burst + "]";
    }
}
