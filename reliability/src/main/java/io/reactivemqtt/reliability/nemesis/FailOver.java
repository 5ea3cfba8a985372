package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The primary is killed, its standby takes its place, and it becomes the standby. */
final class FailOver implements Trouble {

    private static final int LONGEST_WAY_MILLIS = 300;

    private final Function<Lab, Pair> pair;

    /** A primary and a standby, under one address. */
    interface Pair {
        void killPrimary();

        /** The primary is gone: makes the standby the primary, under the same address. */
        void failOver() throws IOException, InterruptedException;

        /** Makes the one that was the primary a standby with nothing of its own; until then no append is told. */
        void rebuildStandby() throws IOException, InterruptedException;
    }

    FailOver(Function<Lab, Pair> pair) {
        this.pair = pair;
    }

    @Override
    public void strike(Lab lab, Random random) throws IOException, InterruptedException {
        Pair struck = pair.apply(lab);
        struck.killPrimary();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_WAY_MILLIS));
        struck.failOver();
    }

    @Override
    public void heal(Lab lab) throws IOException, InterruptedException {
        pair.apply(lab).rebuildStandby();
    }
}
