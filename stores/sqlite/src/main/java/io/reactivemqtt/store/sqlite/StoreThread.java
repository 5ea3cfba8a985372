package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches the file. Work that was handed in while a transaction ran shares the next one, in the order in
 * which it came; a savepoint for each keeps the failure of one from the others.
 *
 * <p>Starts with the first work, opens the file then, and tries again with later work if that failed. Handing in never blocks.
 */
final class StoreThread {

    /** Bounds how long the first of a group waits for the last. */
    private static final int LARGEST_GROUP = 1_000;

    private final StoreFile file;
    private final Queue<Work> handedIn = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Nothing more is taken. */
    private volatile boolean closed;

    /** Nothing more is done: who hands something in after this refuses it himself. */
    private volatile boolean over;

    // ---- of the thread alone
    private @Nullable Database database;

    StoreThread(StoreFile file) {
        this.file = file;
        this.thread = new Thread(this::work, "mqtt-session-store " + file);
        thread.setDaemon(true);
    }

    /** Does {@code work} soon, behind what was handed in before. Its {@link Work#failed} may be called at once. */
    void hand(Work work) {
        if (closed) {
            work.failed(SqlFailure.closed(file));
            return;
        }
        handedIn.add(work);
        if (started.compareAndSet(false, true)) {
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
        if (over) {
            refuseTheRest();
        }
    }

    /** Does what was handed in, closes the file and waits for that, unless called on the thread itself or interrupted. */
    void close() {
        closed = true;
        if (started.compareAndSet(false, true)) {
            end();
        } else {
            LockSupport.unpark(thread);
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            ended.await();
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        List<Work> group = new ArrayList<>();
        while (true) {
            boolean last = closed; // read first: what was handed in before it is in the queue
            for (Work next = handedIn.poll();
                    next != null;
                    next = group.size() < LARGEST_GROUP ? handedIn.poll() : null) {
                group.add(next);
            }
            if (!group.isEmpty()) {
                perform(group);
                group.clear();
            } else if (last) {
                break;
            } else {
                LockSupport.park(this);
                Thread.interrupted(); // nobody has a reason to; parking would fail ever after
            }
        }
        closeDatabase();
        end();
    }

    private void end() {
        over = true;
        refuseTheRest();
        ended.countDown();
    }

    private void refuseTheRest() {
        for (Work late = handedIn.poll(); late != null; late = handedIn.poll()) {
            late.failed(SqlFailure.closed(file));
        }
    }

    private void perform(List<Work> group) {
        Map<Work, Throwable> failures = new HashMap<>();
        try {
            transact(group, failures);
        } catch (Throwable failure) {
            if (SqlFailure.makesConnectionDoubtful(failure)) {
                giveDatabaseUp();
            }
            if (group.size() > 1 && SqlFailure.isDiskFull(failure)) {
                group.forEach(work -> perform(List.of(work))); // there may be room for the small ones
                return;
            }
            group.forEach(work -> failures.put(work, failure));
        }
        for (Work work : group) {
            signal(work, failures.get(work));
        }
    }

    /** Returns when the group is committed, but for what stands in {@code failures}; throws if none of it is. */
    private void transact(List<Work> group, Map<Work, Throwable> failures) throws SQLException {
        Database open = openDatabase();
        open.requireSoundSoFar();
        open.settleLog();
        open.begin();
        try {
            for (Work work : group) {
                open.setSavepoint();
                try {
                    work.run(open);
                } catch (Throwable failure) {
                    undo(open, failure);
                    failures.put(work, failure);
                }
                open.releaseSavepoint();
            }
            open.commit();
            file.requireStillThere();
        } catch (Throwable failure) {
            open.rollBack();
            throw failure;
        }
    }

    private static void undo(Database open, Throwable failure) throws SQLException {
        try {
            open.rollBackToSavepoint();
        } catch (SQLException wholeTransactionIsGone) {
            wholeTransactionIsGone.addSuppressed(failure);
            throw failure instanceof SQLException cause ? cause : wholeTransactionIsGone;
        }
    }

    private Database openDatabase() throws SQLException {
        Database open = database;
        if (open == null) {
            open = file.open();
            database = open;
        }
        return open;
    }

    private void closeDatabase() {
        if (database != null) {
            if (file.isStillThere()) {
                database.close();
            } else {
                database.closeUntouched();
            }
            database = null;
        }
    }

    private void giveDatabaseUp() {
        if (database != null) {
            database.closeUntouched();
            database = null;
        }
    }

    private void signal(Work work, @Nullable Throwable failure) {
        try {
            if (failure == null) {
                work.done();
            } else {
                work.failed(SqlFailure.inWords(file, failure));
            }
        } catch (Throwable subscribersMistake) { // one client's must not stop the others
            thread.getUncaughtExceptionHandler().uncaughtException(thread, subscribersMistake);
        }
    }
}
