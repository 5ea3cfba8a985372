package io.reactivemqtt.session.crash;

import java.util.Arrays;

/** Numbers of which only the order counts, as they come by. */
final class Ranks {

    private long[] numbers = new long[32];
    private int length;

    void clear() {
        length = 0;
        add(0); // means none, everywhere
    }

    void add(long number) {
        if (length == numbers.length) {
            numbers = Arrays.copyOf(numbers, length * 2);
        }
        numbers[length++] = number;
    }

    /** Returns the numbers in the order in which they came, each as its place among all that are different. */
    long[] take() {
        long[] sorted = Arrays.copyOf(numbers, length);
        Arrays.sort(sorted);
        int distinct = 0;
        for (int i = 0; i < length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[distinct++] = sorted[i];
            }
        }
        long[] ranks = new long[length];
        for (int i = 0; i < length; i++) {
            ranks[i] = Arrays.binarySearch(sorted, 0, distinct, numbers[i]);
        }
        return ranks;
    }
}
