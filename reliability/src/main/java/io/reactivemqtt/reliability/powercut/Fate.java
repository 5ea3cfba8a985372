package io.reactivemqtt.reliability.powercut;

import java.util.Random;

/**
 * What a power cut makes of one change that no flush has covered.
 *
 * @param what of it
 * @param granule the bytes that a disk writes whole or not at all, where it is torn
 * @param seed which of them, where it is torn
 */
record Fate(What what, int granule, long seed) {

    /** A sector as SQLite fears it, and one as disks have it today. */
    private static final int[] GRANULES = {512, 4_096};

    static final Fate LOST = new Fate(What.LOST, 0, 0);
    static final Fate THERE = new Fate(What.THERE, 0, 0);

    /** What is left. */
    enum What {
        LOST,
        THERE,
        /** Some of its sectors are there. */
        TORN
    }

    static Fate torn(Random random) {
        return new Fate(What.TORN, GRANULES[random.nextInt(GRANULES.length)], random.nextLong());
    }

    /** Does to {@code content} what is left of {@code operation}; one that writes nothing cannot be torn, and is there or not. */
    void apply(Operation operation, Content content) {
        if (what == What.LOST) {
            return;
        } else if (operation.is(Operation.Kind.TRUNCATE)) {
            content.resize(operation.offset());
        } else if (what == What.THERE) {
            content.write(operation.offset(), operation.data(), 0, operation.data().length);
        } else {
            tear(operation, content);
        }
    }

    private void tear(Operation operation, Content content) {
        Random sectors = new Random(seed);
        int at = operation.offset();
        while (at < operation.end()) {
            int next = Math.min(operation.end(), (at / granule + 1) * granule);
            if (sectors.nextBoolean()) {
                content.write(at, operation.data(), at - operation.offset(), next - at);
            }
            at = next;
        }
    }
}
