package io.reactivemqtt.reliability.flapping;

import io.reactivemqtt.testkit.server.FaultProxy;
import java.util.Random;

/** Cuts all connections of a proxy, again and again, until it is paused or closed. */
final class Flapper implements AutoCloseable {

    private static final int SHORTEST_MILLIS = 200;
    private static final int LONGEST_MILLIS = 5_000;
    private static final int LONGEST_DOWN_MILLIS = 300;

    private final FaultProxy proxy;
    private final Random random;
    private final Thread thread = new Thread(this::flap, "flapper");
    private long cuts;
    private boolean paused;
    private boolean closed;

    Flapper(FaultProxy proxy, long seed) {
        this.proxy = proxy;
        this.random = new Random(seed);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Nothing is cut from now on, or all again. */
    synchronized void pause(boolean pauses) {
        paused = pauses;
    }

    synchronized long cuts() {
        return cuts;
    }

    private void flap() {
        try {
            while (!isClosed()) {
                Thread.sleep(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS));
                cut();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void cut() throws InterruptedException {
        synchronized (this) {
            if (paused) {
                return;
            }
            cuts++;
            proxy.goDown();
        }
        Thread.sleep(random.nextInt(LONGEST_DOWN_MILLIS));
        proxy.comeBack();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.interrupt();
    }
}
