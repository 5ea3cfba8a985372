package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What may become of a pod. */
final class PodTroubles {

    private static final Duration LONGEST_JUMP = Duration.ofDays(1);

    private PodTroubles() {}

    /** The owner is killed, and another pod goes on. */
    static final class Killed implements Trouble {
        @Override
        public void strike(Lab lab, Random random) throws IOException {
            lab.pods.killOwner();
        }

        @Override
        public void heal(Lab lab) throws IOException, InterruptedException {
            lab.pods.move();
        }
    }

    /** The owner stands still; when it goes on, another one has long taken over. */
    static final class Stopped implements Trouble {
        private @Nullable PodProcess zombie;

        @Override
        public void strike(Lab lab, Random random) throws IOException, InterruptedException {
            PodProcess owner = lab.pods.owner();
            zombie = owner;
            owner.signal("STOP");
            lab.pods.move();
            lab.pods.awaitOwner();
        }

        @Override
        public void heal(Lab lab) throws IOException, InterruptedException {
            if (zombie != null) {
                zombie.signal("CONT");
            }
        }
    }

    /** The owner's wall clock is wrong for a while. */
    static final class ClockJump implements Trouble {
        private String machine = "";

        @Override
        public void strike(Lab lab, Random random) throws IOException {
            machine = lab.pods.owner().machine();
            Duration jump = Duration.ofSeconds(1 + random.nextInt((int) LONGEST_JUMP.toSeconds()));
            lab.pods.jump(machine, random.nextBoolean() ? jump : jump.negated());
        }

        @Override
        public void heal(Lab lab) throws IOException {
            lab.pods.jump(machine, Duration.ZERO);
        }
    }
}
