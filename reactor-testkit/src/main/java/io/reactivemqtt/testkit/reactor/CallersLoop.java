package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.engine.loop.Loop;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * An event loop without a thread: whoever has something to do for it does it at once, one caller at a time; another one leaves it
 * to the first. In virtual time: that of {@code StepVerifier.withVirtualTime} inside of it, else its own.
 */
final class CallersLoop implements Loop {

    private final VirtualTimeScheduler clock =
            VirtualTimeScheduler.isFactoryEnabled() ? VirtualTimeScheduler.get() : VirtualTimeScheduler.create();
    private final long startMillis = System.currentTimeMillis();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger undone = new AtomicInteger();
    private volatile @Nullable Thread caller;

    /** Lets time pass, and whatever is due then happen. */
    void advance(Duration time) {
        clock.advanceTimeBy(time);
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == caller;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (undone.getAndIncrement() > 0) {
            return;
        }
        Throwable thrown = null;
        do {
            caller = Thread.currentThread();
            try {
                tasks.remove().run();
            } catch (Throwable failure) {
                thrown = failure;
            }
            caller = null;
        } while (undone.decrementAndGet() > 0);
        if (thrown != null) {
            throw Exceptions.propagate(thrown);
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
}
