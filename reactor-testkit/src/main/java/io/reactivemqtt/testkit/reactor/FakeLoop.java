package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.engine.loop.Loop;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * The event loop of one client: a thread, on which handlers must not block, as on the real one. Another thread that has work for it
 * waits until nothing is left to do, unless that one must not block either.
 *
 * <p>In virtual time: that of {@code StepVerifier.withVirtualTime} inside of it, else its own.
 */
final class FakeLoop implements Loop {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** So long an idle thread stays, for a suite makes thousands of clients. */
    private static final long IDLE_MILLIS = 500;

    private final VirtualTimeScheduler clock =
            VirtualTimeScheduler.isFactoryEnabled() ? VirtualTimeScheduler.get() : VirtualTimeScheduler.create();
    private final long startMillis = System.currentTimeMillis();
    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            0, 1, IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), work -> new LoopThread(this, work));

    private int undone;
    private @Nullable Throwable failure;

    /** The one thread; Reactor refuses to block on it. */
    private static final class LoopThread extends Thread implements NonBlocking {
        private final FakeLoop loop;

        LoopThread(FakeLoop loop, Runnable work) {
            super(work, "fake-mqtt");
            this.loop = loop;
            setDaemon(true);
        }
    }

    // ---- the client

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() instanceof LoopThread thread && thread.loop == this;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            undone++;
        }
        executor.execute(() -> run(task));
        settle();
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            failed(thrown);
        }
        synchronized (this) {
            undone--;
            notifyAll();
        }
    }

    /** Waits until nothing is left to do. */
    private void settle() {
        if (!Schedulers.isInNonBlockingThread()) { // the loop's own is one
            awaitIdle(System.nanoTime() + PATIENCE.toNanos());
        }
    }

    private synchronized void awaitIdle(long deadlineNanos) {
        while (undone > 0) {
            long restMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            if (restMillis <= 0) {
                throw new IllegalStateException("the event loop of the fake client has not come to rest for " + PATIENCE
                        + ": does a handler block, or do two send each other messages for ever?");
            }
            try {
                wait(restMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the fake client was at work", e);
            }
        }
    }

    @Override
    public long nanoTime() {
        return clock.now(TimeUnit.NANOSECONDS);
    }

    @Override
    public long epochMillis() {
        return startMillis + clock.now(TimeUnit.MILLISECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delayNanos) {
        return clock.schedule(() -> execute(task), delayNanos, TimeUnit.NANOSECONDS);
    }

    // ---- the test

    /** Something that a test gave has thrown: it hears of it the next time that it asks. */
    synchronized void failed(Throwable thrown) {
        failure = failure == null ? thrown : failure;
    }

    /** What the client does is done when this returns, and what a test gave has not failed. */
    void check() {
        if (Schedulers.isInNonBlockingThread()) {
            return; // a handler, which is not to blame
        }
        settle();
        Throwable thrown;
        synchronized (this) {
            thrown = failure;
            failure = null;
        }
        if (thrown != null) {
            throw new IllegalStateException("an answer of the test has failed: " + thrown.getMessage(), thrown);
        }
    }

    /** Lets time pass, and whatever is due then happen. */
    void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + time);
        }
        settle();
        clock.advanceTimeBy(time);
        check();
    }
}
