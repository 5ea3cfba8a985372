package io.reactivemqtt.store.common;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Lets many Sessions share a transaction: what they append while earlier groups are being committed is the next group. For a store
 * in which a transaction costs more than a change. Nobody waits for others to come: a group begins as soon as one may.
 *
 * <p>It has no thread and no timer: groups begin on the threads that append, and on those on which groups end. Thread-safe.
 *
 * <p>Groups are committed side by side, so works that depend on each other MUST wait for each other, as the appends of a Session do.
 *
 * @param <W> what is appended
 */
public final class SharedTransactions<W> {

    /** Makes groups durable. */
    @FunctionalInterface
    public interface Commit<W> {
        /**
         * Commits all of {@code group} in one transaction, but for those that it emits: these alone have failed. If it ends with an error,
         * all of them have.
         */
        Publisher<Failure<W>> commit(List<W> group);
    }

    /**
     * One of a group has failed, and changed nothing.
     *
     * @param work which
     * @param cause why
     */
    public record Failure<W>(W work, Throwable cause) {}

    private final int atMostWorks;
    private final long atMostWeight;
    private final ToLongFunction<W> weight;
    private final Commit<W> commit;
    private final ConcurrentLinkedQueue<Appending> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger free;

    /**
     * Sets the limits.
     *
     * @param atMostGroups how many may be committed at once, such as the connections that there are for it
     * @param atMostWorks how many are in a group at most
     * @param atMostWeight how heavy a group is at most, unless one work alone is heavier
     * @param weight of a work, such as its bytes
     * @param commit commits a group
     * @throws IllegalArgumentException if a limit is less than 1
     */
    public SharedTransactions(
            int atMostGroups, int atMostWorks, long atMostWeight, ToLongFunction<W> weight, Commit<W> commit) {
        if (atMostGroups < 1 || atMostWorks < 1 || atMostWeight < 1) {
            throw new IllegalArgumentException("limits are at least 1");
        }
        this.free = new AtomicInteger(atMostGroups);
        this.atMostWorks = atMostWorks;
        this.atMostWeight = atMostWeight;
        this.weight = Objects.requireNonNull(weight, "weight");
        this.commit = Objects.requireNonNull(commit, "commit");
    }

    /**
     * Appends {@code work} at each subscription, without waiting for demand. Who cancels before it has begun, withdraws it; later it is
     * committed or not.
     *
     * @return cold; completes when the group of {@code work} is committed; an error if it has failed
     */
    public Publisher<Void> append(W work) {
        Objects.requireNonNull(work, "work");
        return subscriber -> {
            Appending appending = new Appending(work, Objects.requireNonNull(subscriber, "subscriber"));
            subscriber.onSubscribe(appending);
            waiting.add(appending);
            drain();
        };
    }

    /** Begins groups as long as there are works, and one more may be committed; one thread at a time. */
    private void drain() {
        if (turns.getAndIncrement() > 0) {
            return;
        }
        int missed = 1;
        while (missed != 0) {
            while (free.get() > 0 && !waiting.isEmpty()) {
                List<Appending> group = next();
                if (!group.isEmpty()) {
                    free.decrementAndGet();
                    begin(group);
                }
            }
            missed = turns.addAndGet(-missed);
        }
    }

    private List<Appending> next() {
        List<Appending> group = new ArrayList<>();
        long sum = 0;
        while (group.size() < atMostWorks) {
            Appending first = waiting.peek();
            if (first == null) {
                break;
            }
            sum += weight.applyAsLong(first.work);
            if (sum > atMostWeight && !group.isEmpty()) {
                break;
            }
            waiting.remove();
            if (!first.hasEnded()) {
                group.add(first);
            }
        }
        return group;
    }

    private void begin(List<Appending> group) {
        Group committing = new Group(group);
        try {
            commit.commit(group.stream().map(each -> each.work).toList()).subscribe(committing);
        } catch (Throwable failure) { // which a publisher must not, but an error of the JVM may: nobody waits for ever
            committing.onError(failure);
        }
    }

    /** One that somebody waits for. */
    private final class Appending implements Subscription {
        private final W work;
        private final Subscriber<? super Void> subscriber;
        private final AtomicBoolean ended = new AtomicBoolean();

        Appending(W work, Subscriber<? super Void> subscriber) {
            this.work = work;
            this.subscriber = subscriber;
        }

        boolean hasEnded() {
            return ended.get();
        }

        void complete() {
            if (!ended.getAndSet(true)) {
                subscriber.onComplete();
            }
        }

        void fail(Throwable cause) {
            if (!ended.getAndSet(true)) {
                subscriber.onError(cause);
            }
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                fail(new IllegalArgumentException("demand must be positive, not " + count)); // rule 3.9
            }
        }

        @Override
        public void cancel() {
            ended.set(true);
        }
    }

    /** Those of a transaction. */
    private final class Group implements Subscriber<Failure<W>> {
        private final List<Appending> members;
        private final IdentityHashMap<W, Throwable> failures = new IdentityHashMap<>();
        private final AtomicBoolean ended = new AtomicBoolean();

        Group(List<Appending> members) {
            this.members = members;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Failure<W> failure) {
            failures.put(failure.work(), failure.cause());
        }

        @Override
        public void onError(Throwable cause) {
            if (end()) {
                members.forEach(member -> signal(() -> member.fail(cause)));
                drain();
            }
        }

        @Override
        public void onComplete() {
            if (end()) {
                members.forEach(member -> signal(() -> end(member)));
                drain();
            }
        }

        private void end(Appending member) {
            Throwable failure = failures.get(member.work);
            if (failure == null) {
                member.complete();
            } else {
                member.fail(failure);
            }
        }

        /** What one subscriber does wrong must not stop the others. */
        private static void signal(Runnable signal) {
            try {
                signal.run();
            } catch (Throwable subscribersMistake) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, subscribersMistake);
            }
        }

        /** Tells whether it has not ended before; another may begin. */
        private boolean end() {
            boolean first = !ended.getAndSet(true);
            if (first) {
                free.incrementAndGet();
            }
            return first;
        }
    }
}
