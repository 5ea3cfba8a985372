package io.reactivemqtt.benchmarks.sink;

import java.util.Arrays;

/**
 * What a sink has counted.
 *
 * @param publishes application messages that were sent to it and, at QoS 2, released; those to {@code fence} are not counted
 * @param pushed messages that it sent to subscribers
 * @param pushedAcknowledged how many of those were completely acknowledged
 * @param violations how often a client broke a rule
 */
public record Tally(long publishes, long pushed, long pushedAcknowledged, long violations) {

    /** Nothing so far. */
    public static final Tally ZERO = new Tally(0, 0, 0, 0);

    /** Returns the sums. */
    public Tally plus(Tally more) {
        return new Tally(
                publishes + more.publishes,
                pushed + more.pushed,
                pushedAcknowledged + more.pushedAcknowledged,
                violations + more.violations);
    }

    /** Reads what {@link #toString} wrote. */
    public static Tally parse(String line) {
        long[] numbers =
                Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Tally(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /** Returns the numbers in the order of the components, for one line between processes. */
    @Override
    public String toString() {
        return publishes + " " + pushed + " " + pushedAcknowledged + " " + violations;
    }
}
