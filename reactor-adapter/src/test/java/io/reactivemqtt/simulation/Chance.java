package io.reactivemqtt.simulation;

/** Numbers that depend on a seed alone. */
final class Chance {

    private long state;

    Chance(long seed) {
        this.state = seed;
    }

    /** Returns the next number, by SplitMix64. */
    long next() {
        state += 0x9E37_79B9_7F4A_7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** Returns a number from 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    boolean oneIn(int bound) {
        return below(bound) == 0;
    }
}
