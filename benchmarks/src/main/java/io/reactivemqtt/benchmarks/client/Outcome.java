package io.reactivemqtt.benchmarks.client;

import java.util.Arrays;

/**
 * What one round of a workload came to.
 *
 * @param messages that went through
 * @param cpuNanos of the client's process
 * @param wallNanos on the clock
 * @param heapBytes that the client's process allocated
 * @param contextSwitches of its threads
 * @param writes its system calls that write
 */
public record Outcome(long messages, long cpuNanos, long wallNanos, long heapBytes, long contextSwitches, long writes) {

    Outcome(long messages, Cost cost) {
        this(messages, cost.cpuNanos(), cost.wallNanos(), cost.heapBytes(), cost.contextSwitches(), cost.writes());
    }

    /** Returns the CPU time of one message. */
    public double cpuMicrosPerMessage() {
        return cpuNanos / 1000.0 / messages;
    }

    /** Returns how many messages went through in a second. */
    public double messagesPerSecond() {
        return messages * 1e9 / wallNanos;
    }

    /** Reads what {@link #toString} wrote. */
    public static Outcome parse(String line) {
        long[] numbers =
                Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Outcome(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /** Returns the numbers in the order of the components, for one line between processes. */
    @Override
    public String toString() {
        return messages + " " + cpuNanos + " " + wallNanos + " " + heapBytes + " " + contextSwitches + " " + writes;
    }
}
