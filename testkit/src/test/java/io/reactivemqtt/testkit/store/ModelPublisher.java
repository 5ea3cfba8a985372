package io.reactivemqtt.testkit.store;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Does work for each subscriber and emits what came of it, on the caller's thread; properly, but for its faults. */
final class ModelPublisher<T> implements Publisher<T> {

    /** What a publisher may get wrong. */
    enum Fault {
        IGNORES_DEMAND,
        ALLOWS_REQUEST_OF_NOTHING,
        CALLS_ITSELF,
        IGNORES_CANCELLATION,
        COMPLETES_TWICE,
        NEVER_COMPLETES_UNASKED,
        BLOCKS_UNTIL_ASKED,
        WORKS_UNASKED,
        WORKS_ONCE,
        SWALLOWS_ERRORS
    }

    private final Supplier<? extends List<? extends T>> work;
    private final Set<Fault> faults;

    private @Nullable List<? extends T> earlier;

    ModelPublisher(Supplier<? extends List<? extends T>> work, Set<Fault> faults) {
        this.work = work;
        this.faults = faults;
        if (faults.contains(Fault.WORKS_UNASKED)) {
            earlier = work.get();
        }
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Emission emission = new Emission(Objects.requireNonNull(subscriber));
        try {
            emission.elements.addAll(result());
        } catch (RuntimeException failure) {
            if (!faults.contains(Fault.SWALLOWS_ERRORS)) {
                emission.failure = failure;
            }
        }
        subscriber.onSubscribe(emission);
        if (faults.contains(Fault.BLOCKS_UNTIL_ASKED)) {
            emission.awaitDemand();
        }
        emission.emit();
    }

    private synchronized List<? extends T> result() {
        List<? extends T> result = earlier;
        if (result == null) {
            result = work.get();
        }
        earlier = faults.contains(Fault.WORKS_ONCE) ? result : null;
        return result;
    }

    private final class Emission implements Subscription {
        private final Subscriber<? super T> subscriber;
        private final Queue<T> elements = new ArrayDeque<>();
        private final CountDownLatch asked = new CountDownLatch(1);
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
                if (count > 0) {
                    requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
                } else if (!faults.contains(Fault.ALLOWS_REQUEST_OF_NOTHING)) {
                    failure = new IllegalArgumentException("demand must be positive, not " + count);
                }
            }
            asked.countDown();
            emit();
        }

        @Override
        public synchronized void cancel() {
            ended |= !faults.contains(Fault.IGNORES_CANCELLATION);
        }

        void awaitDemand() {
            try {
                asked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void emit() {
            synchronized (this) {
                if (emitting && !faults.contains(Fault.CALLS_ITSELF)) {
                    return;
                }
                emitting = true;
            }
            for (Runnable signal = next(); signal != null; signal = next()) {
                signal.run();
            }
        }

        private synchronized @Nullable Runnable next() {
            Runnable signal =
                    ended ? null : failure != null ? failed(failure) : elements.isEmpty() ? completed() : more();
            emitting = signal != null;
            return signal;
        }

        private Runnable failed(RuntimeException cause) {
            ended = true;
            return () -> subscriber.onError(cause);
        }

        private @Nullable Runnable completed() {
            if (requested == 0 && faults.contains(Fault.NEVER_COMPLETES_UNASKED)) {
                return null;
            }
            ended = true;
            return () -> {
                subscriber.onComplete();
                if (faults.contains(Fault.COMPLETES_TWICE)) {
                    subscriber.onComplete();
                }
            };
        }

        private @Nullable Runnable more() {
            if (requested == 0 && !faults.contains(Fault.IGNORES_DEMAND)) {
                return null;
            }
            requested = Math.max(0, requested - 1);
            T element = elements.remove();
            return () -> subscriber.onNext(element);
        }
    }
}
