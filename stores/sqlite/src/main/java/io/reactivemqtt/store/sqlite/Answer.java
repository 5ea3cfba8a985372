package io.reactivemqtt.store.sqlite;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** What one subscriber gets, once: an element on demand and the end, the end alone, or an error. Any thread. */
final class Answer<T> implements Subscription {

    private final Subscriber<? super T> subscriber;

    // ---- guarded by this
    private @Nullable T element;
    private boolean demanded;
    private boolean ended;

    Answer(Subscriber<? super T> subscriber) {
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
    }

    /** Answers with {@code result}, when it is asked for, or with nothing at once if that is null; false if nobody waits any more. */
    boolean succeed(@Nullable T result) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            element = result;
            if (result != null && !demanded) {
                return true;
            }
            ended = true;
        }
        deliver(result);
        return true;
    }

    void fail(Throwable cause) {
        if (end()) {
            subscriber.onError(cause);
        }
    }

    /** Tells whether nobody waits any more, or all was said. */
    synchronized boolean isEnded() {
        return ended;
    }

    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    private void deliver(@Nullable T result) {
        if (result != null) {
            subscriber.onNext(result);
        }
        subscriber.onComplete();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            fail(new IllegalArgumentException("demand must be positive, not " + count)); // rule 3.9
            return;
        }
        T result;
        synchronized (this) {
            demanded = true;
            result = element;
            if (ended || result == null) {
                return;
            }
            ended = true;
        }
        deliver(result);
    }

    @Override
    public void cancel() {
        end();
    }
}
