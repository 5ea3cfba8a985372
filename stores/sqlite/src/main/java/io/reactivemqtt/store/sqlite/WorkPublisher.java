package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Has a job done once for each subscription, whatever the demand; emits its result on demand, or completes if there is none. */
final class WorkPublisher<T> implements Publisher<T> {

    private final StoreThread thread;
    private final Job<? extends T> job;

    /** What is done on the store's thread, inside a transaction. */
    interface Job<T> {
        @Nullable
        T run(Database database) throws SQLException;
    }

    WorkPublisher(StoreThread thread, Job<? extends T> job) {
        this.thread = thread;
        this.job = job;
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Attempt<T> attempt = new Attempt<>(job, Objects.requireNonNull(subscriber, "subscriber"));
        subscriber.onSubscribe(attempt);
        if (!attempt.isEnded()) {
            thread.hand(attempt);
        }
    }

    private static final class Attempt<T> implements Subscription, Work {
        private final Job<? extends T> job;
        private final Subscriber<? super T> subscriber;

        // ---- of the store's thread, until finished
        private @Nullable T result;

        // ---- guarded by this
        private boolean finished;
        private boolean demanded;
        private boolean ended;

        Attempt(Job<? extends T> job, Subscriber<? super T> subscriber) {
            this.job = job;
            this.subscriber = subscriber;
        }

        @Override
        public void run(Database database) throws SQLException {
            result = job.run(database);
        }

        @Override
        public void done() {
            synchronized (this) {
                finished = true;
            }
            emit();
        }

        @Override
        public void failed(Throwable cause) {
            if (end()) {
                subscriber.onError(cause);
            }
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                failed(new IllegalArgumentException("demand must be positive, not " + count)); // rule 3.9
                return;
            }
            synchronized (this) {
                demanded = true;
            }
            emit();
        }

        @Override
        public void cancel() {
            end();
        }

        private void emit() {
            T element;
            synchronized (this) {
                element = result;
                if (ended || !finished || (element != null && !demanded)) {
                    return;
                }
                ended = true;
            }
            if (element != null) {
                subscriber.onNext(element);
            }
            subscriber.onComplete();
        }

        synchronized boolean isEnded() {
            return ended;
        }

        private synchronized boolean end() {
            boolean first = !ended;
            ended = true;
            return first;
        }
    }
}
