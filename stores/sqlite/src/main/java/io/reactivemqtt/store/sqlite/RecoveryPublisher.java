package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.StoredMessage;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Emits what is left of a session, read chunk by chunk as it is asked for; between two chunks others have their turn. */
final class RecoveryPublisher implements Publisher<SessionChange> {

    private final StoreThread thread;
    private final Reading reading;

    /** Reads what comes behind {@code place}, inside a transaction: about {@code count} changes. */
    interface Reading {
        RecoveryReader.Chunk read(
                RecoveryReader.Place place, int count, StoredMessage.Reader messages, Database database)
                throws SQLException;
    }

    RecoveryPublisher(StoreThread thread, Reading reading) {
        this.thread = thread;
        this.reading = reading;
    }

    @Override
    public void subscribe(Subscriber<? super SessionChange> subscriber) {
        Recovery recovery = new Recovery(thread, reading, Objects.requireNonNull(subscriber, "subscriber"));
        subscriber.onSubscribe(recovery);
        recovery.begin();
    }

    private static final class Recovery implements Subscription, Work {
        private static final int SMALLEST_CHUNK = 16;
        private static final int LARGEST_CHUNK = 2048;

        private final StoreThread thread;
        private final Reading source;
        private final Subscriber<? super SessionChange> subscriber;

        // ---- handed to and fro between the store's thread and who asks it to read
        private RecoveryReader.Place place = RecoveryReader.Place.START;
        private RecoveryReader.@Nullable Chunk chunk;
        private final StoredMessage.Reader messages = new StoredMessage.Reader();
        private int chunkSize;

        // ---- guarded by this
        private final Deque<SessionChange> read = new ArrayDeque<>();
        private long requested;
        private boolean begun;
        private boolean reading;
        private boolean exhausted;
        private boolean emitting;
        private boolean ended;
        private @Nullable Throwable failure;

        Recovery(StoreThread thread, Reading source, Subscriber<? super SessionChange> subscriber) {
            this.thread = thread;
            this.source = source;
            this.subscriber = subscriber;
        }

        void begin() {
            synchronized (this) {
                begun = true;
            }
            emit();
        }

        @Override
        public void run(Database database) throws SQLException {
            chunk = source.read(place, chunkSize, messages, database);
        }

        @Override
        public void done() {
            synchronized (this) {
                RecoveryReader.Chunk latest = Objects.requireNonNull(chunk);
                place = latest.next();
                read.addAll(latest.changes());
                exhausted = place.isEnd();
                reading = false;
            }
            emit();
        }

        @Override
        public void failed(Throwable cause) {
            synchronized (this) {
                failure = cause;
            }
            emit();
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                if (count > 0) {
                    requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
                } else {
                    failure = new IllegalArgumentException("demand must be positive, not " + count); // rule 3.9
                }
            }
            emit();
        }

        @Override
        public synchronized void cancel() {
            ended = true;
            read.clear();
        }

        /** Emits what demand allows; a call out of {@code onNext}, or meanwhile, leaves it to the one at work. */
        private void emit() {
            synchronized (this) {
                if (emitting) {
                    return;
                }
                emitting = true;
            }
            for (Runnable signal = next(); signal != null; signal = next()) {
                signal.run();
            }
        }

        /** Returns what to do next, or null if there is nothing now. */
        private synchronized @Nullable Runnable next() {
            if (!ended) {
                Throwable cause = failure;
                if (cause != null) {
                    ended = true;
                    read.clear();
                    return () -> subscriber.onError(cause);
                } else if (read.isEmpty() && exhausted) {
                    ended = true;
                    return subscriber::onComplete;
                } else if (read.isEmpty() && begun && !reading) {
                    // also without demand: else nobody would know that there is no more
                    reading = true;
                    chunkSize = (int) Math.max(SMALLEST_CHUNK, Math.min(requested, LARGEST_CHUNK));
                    return () -> thread.hand(this);
                } else if (!read.isEmpty() && requested > 0) {
                    requested--;
                    SessionChange element = read.remove();
                    return () -> subscriber.onNext(element);
                }
            }
            emitting = false;
            return null;
        }
    }
}
