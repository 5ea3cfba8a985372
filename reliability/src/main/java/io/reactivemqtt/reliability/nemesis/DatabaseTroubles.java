package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What may become of the database. */
final class DatabaseTroubles {

    private static final int LONGEST_FLUSH_MILLIS = 500;
    private static final int SEGMENTS = 4;

    private DatabaseTroubles() {}

    /** All of its processes are killed, and it recovers. */
    static final class Killed implements Trouble {
        @Override
        public void strike(Lab lab, Random random) {
            lab.cluster.killPrimary();
        }

        @Override
        public void heal(Lab lab) throws IOException, InterruptedException {
            lab.cluster.restart();
        }
    }

    /** Each flush of its disk takes its time. */
    static final class Slow implements Trouble {
        @Override
        public void strike(Lab lab, Random random) throws IOException {
            lab.cluster.stall(Duration.ofMillis(1 + random.nextInt(LONGEST_FLUSH_MILLIS)));
        }

        @Override
        public void heal(Lab lab) throws IOException {
            lab.cluster.stall(Duration.ZERO);
        }
    }

    /** No table can grow; and every second time the log has no room either, of which it dies. */
    static final class Full implements Trouble {
        @Override
        public void strike(Lab lab, Random random) throws IOException, InterruptedException {
            lab.cluster.fill();
            if (random.nextBoolean()) {
                useUpTheLog(lab);
            }
        }

        private static void useUpTheLog(Lab lab) throws InterruptedException {
            for (int i = 0; i < SEGMENTS; i++) {
                try {
                    lab.cluster.sql("SELECT pg_switch_wal()");
                } catch (IOException full) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }

        @Override
        public void heal(Lab lab) throws IOException, InterruptedException {
            lab.cluster.free();
        }
    }
}
