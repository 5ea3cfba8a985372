package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Finds work that grows faster than what it is given. Four times the input takes four times as long, and where each part is
 * compared with all others sixteen times; what lies between is the machine's. Measured is the time for which this thread has the
 * processor, so that others may have it too, and counted is what it allocates, of which twice the input takes twice as much.
 */
public final class LinearWork {

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final double MOST_TIMES_THE_BYTES = 2.5;

    /** What is allocated however small the input is, and what classes take that are loaded meanwhile. */
    private static final long ALWAYS_ALLOCATED = 256 * 1024;

    private static final int TIMES_THE_INPUT = 4;
    private static final double MOST_TIMES_THE_TIME = 9;
    private static final int RUNS = 4;
    private static final int ATTEMPTS = 6;

    /** What takes less than this says nothing about growth. */
    private static final long NOTHING_NANOS = 2_000_000;

    private LinearWork() {}

    /**
     * Asserts it, by the best of several runs, and again if others had the machine meanwhile.
     *
     * @param size of the small input; the large one is four times that
     * @param work makes what is measured for an input of a size; the making is not measured
     */
    public static void assertLinear(int size, IntFunction<Runnable> work) {
        Runnable small = work.apply(size);
        Runnable large = work.apply(size * TIMES_THE_INPUT);
        double ratio = Double.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && ratio > MOST_TIMES_THE_TIME; attempt++) {
            long smallNanos = Math.max(bestNanos(small), NOTHING_NANOS);
            ratio = Math.min(ratio, (double) bestNanos(large) / smallNanos);
        }
        assertThat(ratio)
                .as("how many times as long %d times the input takes", TIMES_THE_INPUT)
                .isLessThanOrEqualTo(MOST_TIMES_THE_TIME);
    }

    private static long bestNanos(Runnable work) {
        return least(THREADS::getCurrentThreadCpuTime, work);
    }

    /** Returns by how much {@code counted} grows in that of some runs in which it grows least. */
    private static long least(LongSupplier counted, Runnable work) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = counted.getAsLong();
            work.run();
            least = Math.min(least, counted.getAsLong() - start);
        }
        return least;
    }

    /**
     * Asserts that twice the input makes the work allocate at most twice as much, and no more time than {@link #assertLinear} allows.
     *
     * @param size of the small input
     * @param work makes what is measured for an input of a size; the making is not measured
     */
    public static void assertLinearInAll(int size, IntFunction<Runnable> work) {
        long small = least(THREADS::getCurrentThreadAllocatedBytes, work.apply(size));
        long large = least(THREADS::getCurrentThreadAllocatedBytes, work.apply(2 * size));
        assertThat(large)
                .as("the bytes that twice the input takes, which are %d for the input once", small)
                .isLessThanOrEqualTo((long) (small * MOST_TIMES_THE_BYTES) + ALWAYS_ALLOCATED);
        assertLinear(size, work);
    }
}
