package io.reactivemqtt.publisher;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Makes a list for each subscriber when it subscribes, on its thread, and emits it on demand; an empty one needs none. */
public final class ListPublisher<T> implements Publisher<T> {

    private final Supplier<? extends List<? extends T>> list;

    private ListPublisher(Supplier<? extends List<? extends T>> list) {
        this.list = list;
    }

    /** The work is {@code list}'s; what it throws becomes the error. */
    public static <T> Publisher<T> deferred(Supplier<? extends List<? extends T>> list) {
        return new ListPublisher<>(list);
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Emission<T> emission = new Emission<>(Objects.requireNonNull(subscriber));
        try {
            emission.elements = list.get().iterator();
        } catch (RuntimeException failure) {
            emission.failure = failure;
        }
        subscriber.onSubscribe(emission);
        emission.emit(0);
    }

    private static final class Emission<T> implements Subscription {
        private final Subscriber<? super T> subscriber;
        private Iterator<? extends T> elements = Collections.emptyIterator();
        private @Nullable RuntimeException failure;

        // ---- guarded by this
        private long requested;
        private boolean emitting;
        private boolean ended;

        Emission(Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                if (count <= 0) {
                    failure = new IllegalArgumentException("demand must be positive, not " + count); // rule 3.9
                }
            }
            emit(count);
        }

        @Override
        public synchronized void cancel() {
            ended = true;
        }

        /** Emits what {@code more} and earlier demand allow; a call out of {@code onNext} leaves it to the one at work. */
        void emit(long more) {
            synchronized (this) {
                if (more > 0) {
                    requested = requested + more < 0 ? Long.MAX_VALUE : requested + more;
                }
                if (emitting) {
                    return;
                }
                emitting = true;
            }
            for (Runnable signal = next(); signal != null; signal = next()) {
                signal.run();
            }
        }

        /** Returns the next signal, or null if there is none now. */
        private synchronized @Nullable Runnable next() {
            if (!ended) {
                RuntimeException cause = failure;
                if (cause != null) {
                    ended = true;
                    return () -> subscriber.onError(cause);
                } else if (!elements.hasNext()) {
                    ended = true;
                    return subscriber::onComplete;
                } else if (requested > 0) {
                    requested--;
                    T element = elements.next();
                    return () -> subscriber.onNext(element);
                }
            }
            emitting = false;
            return null;
        }
    }
}
