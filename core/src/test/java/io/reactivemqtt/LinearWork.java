package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;

/**
 * Finds work that grows faster than what it is given. Four times the input takes four times as long, and where each part is
 * compared with all others sixteen times; what lies between is the machine's.
 */
public final class LinearWork {

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
        long best = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }
}
