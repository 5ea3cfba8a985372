package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Redis is killed, its replica takes its place, and it becomes the replica, with nothing of what it had. */
final class RedisFailOver implements Trouble {

    private static final int LONGEST_WAY_MILLIS = 300;

    @Override
    public void strike(Lab lab, Random random) throws IOException, InterruptedException {
        lab.redis().killPrimary();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_WAY_MILLIS));
        lab.redis().failOver();
    }

    @Override
    public void heal(Lab lab) throws IOException, InterruptedException {
        lab.redis().rebuildReplica();
    }
}
