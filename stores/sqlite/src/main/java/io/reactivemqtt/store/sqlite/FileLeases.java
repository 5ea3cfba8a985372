package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Leases as locks on single bytes of a file beside the store's, which the system takes from a process the moment it is gone. All is done on
 * one daemon thread, which is there while somebody waits.
 */
final class FileLeases implements SessionLeases {

    private static final long POLL_MILLIS = 50;
    private static final long IDLE_SECONDS = 5;

    private final StorePath place;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "session-leases");
        made.setDaemon(true);
        return made;
    });

    // ---- guarded by this
    private final Map<SessionKey, FileLock> locks = new HashMap<>();
    private @Nullable LockFile file;
    private boolean closed;

    FileLeases(Path file) {
        this.place = new StorePath(file);
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Publisher<Boolean> claim(SessionKey key) {
        Objects.requireNonNull(key, "key");
        return answered(answer -> answer.succeed(isClaimed(key)));
    }

    @Override
    public Publisher<Void> standBy(SessionKey key) {
        Objects.requireNonNull(key, "key");
        return answered(answer -> tried(key, answer));
    }

    private void tried(SessionKey key, Answer<Void> answer) {
        requireOpen();
        boolean mine;
        try {
            mine = isClaimed(key);
        } catch (RuntimeException unreadable) {
            mine = false; // perhaps it is not, the next time
        }
        if (!mine) {
            later(() -> attempt(answer, again -> tried(key, again)));
        } else if (!answer.succeed(null)) {
            letGo(key); // nobody waits any more
        }
    }

    @Override
    public Publisher<Void> release(SessionKey key) {
        Objects.requireNonNull(key, "key");
        return answered(answer -> {
            letGo(key);
            answer.succeed(null);
        });
    }

    @Override
    public synchronized Set<SessionKey> held() {
        return Set.copyOf(locks.keySet());
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            thread.shutdown();
            Set.copyOf(locks.keySet()).forEach(this::letGo);
            if (file != null) {
                file.close();
            }
        }
    }

    private synchronized boolean isClaimed(SessionKey key) {
        if (closed || locks.containsKey(key)) {
            return !closed;
        }
        try {
            if (file == null) {
                file = LockFile.of(place.path());
            }
            FileLock lock = file.tryLock(position(key));
            if (lock != null) {
                locks.put(key, lock);
            }
            return lock != null;
        } catch (IOException failure) {
            throw place.refused(
                    "cannot be leased: " + failure + ". Choose a directory that this user may write", failure);
        }
    }

    private synchronized void later(Runnable waiting) {
        requireOpen();
        Future<?> unused = thread.schedule(waiting, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw place.refused("has closed its leases: nobody stands by any more", null);
        }
    }

    private synchronized void letGo(SessionKey key) {
        FileLock lock = locks.remove(key);
        if (lock != null) {
            try {
                lock.release();
            } catch (IOException failure) {
                throw place.refused("cannot be released: " + failure, failure);
            }
        }
    }

    /** A file may be locked where it has no bytes. */
    private static long position(SessionKey key) {
        String name = key.namespace().length() + " " + key.namespace() + key.clientIdentifier();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong() >>> 2;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Has {@code work} done on the thread for each who subscribes. */
    private <T> Publisher<T> answered(Consumer<Answer<T>> work) {
        return subscriber -> {
            Answer<T> answer = new Answer<>(subscriber);
            subscriber.onSubscribe(answer);
            synchronized (this) {
                if (!closed) {
                    thread.execute(() -> attempt(answer, work));
                    return;
                }
            }
            attempt(answer, work); // there is no lease to be had, and none to wait for
        };
    }

    private static <T> void attempt(Answer<T> answer, Consumer<Answer<T>> work) {
        if (!answer.isEnded()) {
            try {
                work.accept(answer);
            } catch (RuntimeException failure) {
                answer.fail(failure);
            }
        }
    }
}
