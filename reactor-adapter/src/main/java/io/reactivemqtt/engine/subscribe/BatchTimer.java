package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.engine.loop.Turns;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** When a batch is to be taken: as soon as it is full, or has waited for long enough. Loop only. */
final class BatchTimer {

    private final Turns turns;
    private final int size;
    private final long withinNanos;
    private final Runnable due;

    /** Counts from when the batch could begin; null while none waits. */
    private @Nullable Disposable timer;

    private boolean isDue;

    /** {@code due} runs when it is time for one that is not full. */
    BatchTimer(Turns turns, int size, long withinNanos, Runnable due) {
        this.turns = turns;
        this.size = size;
        this.withinNanos = withinNanos;
        this.due = due;
    }

    int size() {
        return size;
    }

    /** Tells whether {@code waiting} messages are to be taken now. */
    boolean isFullOrDue(int waiting) {
        return waiting >= size || isDue;
    }

    /** Something waits: counts from now, unless it does already. */
    void start() {
        if (size > 1 && timer == null && !isDue) {
            timer = turns.schedule(this::due, withinNanos);
        }
    }

    private void due() {
        timer = null;
        isDue = true;
        due.run();
    }

    /** Nothing waits, or all of it is taken. */
    void stop() {
        isDue = false;
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
    }
}
