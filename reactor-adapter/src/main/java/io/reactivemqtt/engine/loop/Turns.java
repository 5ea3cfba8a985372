package io.reactivemqtt.engine.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.util.concurrent.Queues;

/**
 * The turns in which a client works on its loop. A task from another thread goes through the inbox, and the first of a burst
 * starts a turn; a task that comes up in a turn waits until what is being done is done; a turn ends when there is no more.
 */
public final class Turns {

    private static final Duration LONGEST = Duration.ofDays(365);

    /** How often a turn looks for more to do before it lets others have the loop. */
    private static final int ROUNDS_IN_A_TURN = 16;

    /** What the client does in each turn beside its tasks. */
    public interface Work {
        /** A turn has begun. */
        void began();

        /** Does what has come up; true if there may be more. */
        boolean round();

        /** Ends the turn. */
        void ended();

        /** Something was thrown that is nobody's but the client's own: it ends here, whole. */
        void failed(Throwable thrown);
    }

    private final Loop loop;
    private final Work work;
    private final Queue<Runnable> inbox =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger inboxCount = new AtomicInteger();
    private final Runnable inboxTurn = this::takeInbox;

    // ---- loop only
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>(1);
    private boolean inTurn;
    private long nowNanos;

    public Turns(Loop loop, Work work) {
        this.loop = loop;
        this.work = work;
    }

    /** Runs {@code task} in a turn: now if that can be, soon otherwise. From any thread. */
    public void execute(Runnable task) {
        if (!loop.isCurrent()) {
            handOver(task);
        } else if (inTurn) {
            deferred.add(task);
        } else {
            begin();
            drainInbox(); // what came before
            run(task);
            end();
        }
    }

    /** Runs {@code task} in a turn, for a caller that is known not to be on the loop. */
    public void handOver(Runnable task) {
        inbox.add(task);
        if (inboxCount.getAndIncrement() == 0) {
            loop.execute(inboxTurn);
        }
    }

    /** Tells whether the caller is on the loop. */
    public boolean isOnLoop() {
        return loop.isCurrent();
    }

    /** Runs {@code task} later in this turn. */
    public void defer(Runnable task) {
        deferred.add(task);
    }

    /** Runs {@code task} in a turn of its own, when who calls now has returned to the loop. */
    public void executeLater(Runnable task) {
        loop.execute(() -> execute(task));
    }

    /** Returns {@code duration}, whatever an application has made of it, as nanoseconds that can be counted: at least 0, at most a year. */
    public static long nanos(Duration duration) {
        return duration.isNegative() ? 0 : (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
    }

    /** Runs {@code task} in a turn after {@code delayNanos}, unless the result is disposed of before. */
    public Disposable schedule(Runnable task, long delayNanos) {
        return loop.schedule(() -> execute(task), Math.max(0, delayNanos));
    }

    /** Tells whether the caller is in a turn. */
    public boolean isHere() {
        return loop.isCurrent() && inTurn;
    }

    /** Tells whether tasks wait that came before whatever comes now. */
    public boolean hasWaiting() {
        return !deferred.isEmpty() || inboxCount.get() != 0;
    }

    /** Returns the time of this turn. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Returns the time, from any thread. */
    public long nanoTime() {
        return loop.nanoTime();
    }

    /** Returns what the wall clock shows, in milliseconds since 1970; it may jump. */
    public long epochMillis() {
        return loop.epochMillis();
    }

    /** Begins a turn, unless there is one. */
    public void begin() {
        if (!inTurn) {
            inTurn = true;
            nowNanos = loop.nanoTime();
            began();
        }
    }

    /** Does what the turn has brought up, until there is no more, and ends it; nothing if there is none. */
    public void end() {
        if (!inTurn) {
            return;
        }
        boolean more = true;
        for (int round = 0; more && round < ROUNDS_IN_A_TURN; round++) {
            more = round() || !deferred.isEmpty();
            drainInbox();
            for (int tasks = deferred.size(); tasks > 0; tasks--) { // what they bring up waits for the next round
                run(deferred.remove());
            }
        }
        ended();
        inTurn = false;
        if (more || !deferred.isEmpty()) { // the flush may have brought up something
            loop.execute(inboxTurn); // after the loop's other channels
        }
    }

    private void takeInbox() {
        begin();
        drainInbox();
        end();
    }

    private void drainInbox() {
        int taken = inboxCount.get();
        while (taken != 0) {
            for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
                run(task);
            }
            taken = inboxCount.addAndGet(-taken);
        }
    }

    private void began() {
        try {
            work.began();
        } catch (Throwable thrown) {
            work.failed(thrown);
        }
    }

    private void ended() {
        try {
            work.ended();
        } catch (Throwable thrown) {
            work.failed(thrown);
        }
    }

    private boolean round() {
        try {
            return work.round();
        } catch (Throwable thrown) {
            work.failed(thrown);
            return true;
        }
    }

    /** What a task throws ends the client, for it may have done half of what it was to do; but never the loop, nor this turn. */
    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            work.failed(thrown);
        }
    }
}
