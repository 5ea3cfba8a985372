package io.reactivemqtt.fuzz;

/** Lengths of pieces, by a seed that a fuzzer chooses: the same seed cuts the same way. */
public final class Pieces {

    private static final int MIX = 0x9E37_79B1;

    private int state;

    /** Begins with {@code seed}. */
    public Pieces(int seed) {
        this.state = seed * MIX + 1;
    }

    /** Returns a length of 1 to {@code most}: mostly a short one, sometimes all. */
    public int next(int most) {
        state = state * 1_664_525 + 1_013_904_223;
        int random = state >>> 8;
        return switch (random & 3) {
            case 0 -> 1;
            case 1 -> most;
            default -> 1 + (random >>> 2) % Math.min(most, 16);
        };
    }
}
