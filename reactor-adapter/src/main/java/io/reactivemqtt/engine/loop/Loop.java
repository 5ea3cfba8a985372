package io.reactivemqtt.engine.loop;

import java.util.concurrent.Executor;
import reactor.core.Disposable;

/** The one thread that a client lives on, and its clock. A test puts virtual time here. */
public interface Loop extends Executor {

    /** Tells whether the caller is on this thread. */
    boolean isCurrent();

    /** Returns the time in nanoseconds from any fixed point; it never goes backwards. */
    long nanoTime();

    /** Returns what the wall clock shows, in milliseconds since 1970; it may jump. */
    long epochMillis();

    /** Runs {@code task} on this thread after {@code delayNanos}, unless the result is disposed of before. */
    Disposable schedule(Runnable task, long delayNanos);
}
