package io.reactivemqtt.simulation;

import io.reactivemqtt.engine.loop.Loop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import reactor.core.Disposable;

/** The thread of one client. It works when the simulation lets it, and ends with its process. */
final class VirtualLoop implements Loop {

    /** A task for later; those of one moment run in the order in which they came. */
    private final class Timer implements Disposable {
        private final Runnable task;
        private final long nanos;
        private final long order;

        Timer(Runnable task, long nanos, long order) {
            this.task = task;
            this.nanos = nanos;
            this.order = order;
        }

        long nanos() {
            return nanos;
        }

        long order() {
            return order;
        }

        @Override
        public void dispose() {
            timers.remove(this);
        }
    }

    static final long NONE = Long.MAX_VALUE;

    private final Clock clock;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::nanos).thenComparingLong(Timer::order));
    private long order;
    private boolean current = true;
    private boolean dead;

    VirtualLoop(Clock clock) {
        this.clock = clock;
    }

    /** Nothing of this process happens any more. */
    void die() {
        dead = true;
        tasks.clear();
        timers.clear();
    }

    /** Does {@code work} as another thread would. */
    void fromAnotherThread(Runnable work) {
        current = false;
        try {
            work.run();
        } finally {
            current = true;
        }
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }

    void runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Returns when the next timer is due, or {@link #NONE}. */
    long nextTimer() {
        Timer first = timers.peek();
        return first == null ? NONE : first.nanos;
    }

    /** Runs what is due. */
    void timePassed() {
        while (!timers.isEmpty() && timers.element().nanos <= clock.nanos()) {
            timers.remove().task.run();
        }
    }

    // ---- the loop

    @Override
    public boolean isCurrent() {
        return current;
    }

    @Override
    public long nanoTime() {
        return clock.nanos();
    }

    @Override
    public long epochMillis() {
        return clock.epochMillis();
    }

    @Override
    public void execute(Runnable task) {
        if (!dead) {
            tasks.add(task);
        }
    }

    @Override
    public Disposable schedule(Runnable task, long delayNanos) {
        Timer timer = new Timer(task, clock.nanos() + Math.max(0, delayNanos), order++);
        if (!dead) {
            timers.add(timer);
        }
        return timer;
    }
}
