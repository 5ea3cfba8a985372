package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.Qos;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a bench has seen. One thread counts; another may read the progress. */
final class Measurement {

    private final int count;
    private final long[] latencyNanos;
    private long beginNanos;
    private long lastNanos;
    private volatile int sent;
    private volatile int received;

    Measurement(int count) {
        this.count = count;
        this.latencyNanos = new long[count];
    }

    void begin() {
        beginNanos = System.nanoTime();
        lastNanos = beginNanos;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void sent() {
        sent++;
        lastNanos = System.nanoTime();
    }

    /** A message came back that was made at {@code madeNanos}; at QoS 1 it may be a repeat, which counts as well. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void received(long madeNanos) {
        if (received < count) {
            lastNanos = System.nanoTime();
            latencyNanos[received] = lastNanos - madeNanos;
            received++;
        }
    }

    boolean isComplete() {
        return received == count;
    }

    String progress() {
        return "sent " + sent + ", received " + received + " of " + count;
    }

    /** Returns the lines that say how it went. */
    List<String> summary(Qos qos, int size) {
        double seconds = Math.max(1, lastNanos - beginNanos) / 1e9;
        long[] sorted = Arrays.copyOf(latencyNanos, received);
        Arrays.sort(sorted);
        return List.of(
                String.format(
                        Locale.ROOT,
                        "messages   %d of %d bytes at QoS %d: sent %d, received %d",
                        count,
                        size,
                        qos.level(),
                        sent,
                        received),
                String.format(
                        Locale.ROOT,
                        "time       %.3f s, %.0f messages a second there and back",
                        seconds,
                        received / seconds),
                received == 0
                        ? "latency    nothing came back"
                        : String.format(
                                Locale.ROOT,
                                "latency    median %.2f ms, 99 %% below %.2f ms, longest %.2f ms",
                                millis(sorted, 0.5),
                                millis(sorted, 0.99),
                                millis(sorted, 1)));
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
    }
}
