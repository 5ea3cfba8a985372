package io.reactivemqtt.client;

import java.time.Duration;

/** Doubles with each attempt, up to a limit. */
record ExponentialBackoff(Duration first, Duration longest) implements Backoff {

    private static final int MOST_DOUBLINGS = 62;

    @Override
    public Duration bound(int attempt) {
        long firstNanos = OptionChecks.nanos(first);
        int doublings = Math.min(Math.max(0, attempt - 1), MOST_DOUBLINGS);
        double bound = firstNanos * Math.pow(2, doublings);
        return bound >= OptionChecks.nanos(longest) ? longest : Duration.ofNanos((long) bound);
    }

    @Override
    public String toString() {
        return first + " to " + longest;
    }
}
