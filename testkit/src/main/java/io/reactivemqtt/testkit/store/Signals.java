package io.reactivemqtt.testkit.store;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A subscriber that a test waits for. It writes down what it gets, and each rule of Reactive Streams that was broken on the way,
 * by its number; {@link #requireRulesKept} tells of them.
 */
final class Signals<T> implements Subscriber<T> {

    private final String name;
    private final Duration patience;
    private final BiConsumer<Signals<T>, T> reaction;
    private final List<T> elements = new ArrayList<>();
    private final List<String> brokenRules = new ArrayList<>();

    private @Nullable Subscription subscription;
    private @Nullable Thread signalling;
    private @Nullable Throwable error;
    private boolean ended;
    private boolean cancelled;
    private boolean forgetful;
    private int depth;
    private int deepest;
    private long received;
    private long requested;

    Signals(String name, Duration patience, BiConsumer<Signals<T>, T> reaction) {
        this.name = name;
        this.patience = patience;
        this.reaction = reaction;
    }

    /** Counts elements instead of keeping them. */
    Signals<T> forgetful() {
        forgetful = true;
        return this;
    }

    // ---- what the test does

    /** Asks for {@code count} more; before {@code onSubscribe} as soon as that comes. */
    Signals<T> request(long count) {
        Subscription target;
        synchronized (this) {
            requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
            target = subscription;
        }
        if (target != null) {
            target.request(count);
        }
        return this;
    }

    /** Asks for what must not be asked for: zero or less. */
    Signals<T> requestNonsense(long count) {
        awaitSubscription().request(count);
        return this;
    }

    Signals<T> cancel() {
        synchronized (this) {
            cancelled = true;
        }
        awaitSubscription().cancel();
        return this;
    }

    // ---- what the test waits for

    private synchronized Subscription awaitSubscription() {
        await(() -> subscription != null, "onSubscribe");
        Subscription present = subscription;
        return present == null ? fail("unreachable") : present;
    }

    /** Waits until there are {@code count} elements. */
    synchronized Signals<T> awaitElements(long count) {
        await(() -> received >= count || ended, count + " element(s)");
        if (received < count) {
            fail(name + ": it should have " + count + " element(s), but " + soFar());
        }
        return this;
    }

    /** Waits for the end, well or not. */
    synchronized Signals<T> awaitEnd() {
        await(() -> ended, "the end");
        return this;
    }

    /** Waits for the end, which has to be {@code onComplete}, and returns all elements. */
    synchronized List<T> awaitCompletion() {
        awaitEnd();
        if (error != null) {
            fail(name + " should complete, but failed: " + error, error);
        }
        return elements();
    }

    /** Waits for the end, which has to be an error of this class. */
    synchronized <E extends Throwable> E awaitError(Class<E> type) {
        awaitEnd();
        Throwable failure = error;
        if (failure != null && type.isInstance(failure)) {
            return type.cast(failure);
        }
        return fail(name + " should fail with " + type.getSimpleName() + ", but " + soFar(), failure);
    }

    private void await(BooleanSupplier condition, String awaited) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            long nanosLeft = deadline - System.nanoTime();
            if (nanosLeft <= 0) {
                fail(name + ": " + awaited + " did not come within " + patience.toSeconds() + " s; " + soFar());
            }
            try {
                wait(nanosLeft / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(name + ": interrupted while waiting for " + awaited, e);
            }
        }
    }

    // ---- what there is now

    synchronized List<T> elements() {
        return List.copyOf(elements);
    }

    synchronized long received() {
        return received;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Returns the error that ended this, or null. */
    synchronized @Nullable Throwable error() {
        return error;
    }

    /** Returns how many calls of {@code onNext} were under way inside each other at most. */
    synchronized int deepestRecursion() {
        return deepest;
    }

    /** Writes down what is wrong with an element. */
    synchronized void complain(String complaint) {
        broken(complaint);
    }

    /**
     * Tells which rules were broken.
     *
     * @throws AssertionError with all of them
     */
    synchronized void requireRulesKept() {
        if (!brokenRules.isEmpty()) {
            fail(name + " broke rules: " + String.join("; ", brokenRules));
        }
    }

    private String soFar() {
        return "there is " + (subscription == null ? "no onSubscribe, " : "") + received + " element(s) of " + requested
                + " requested, " + (error != null ? "and the error " + error : ended ? "and onComplete" : "no end");
    }

    // ---- what the publisher does

    @Override
    public void onSubscribe(Subscription given) {
        enter("onSubscribe");
        try {
            long demand;
            synchronized (this) {
                if (subscription != null) {
                    broken("a second onSubscribe (2.12)");
                }
                subscription = given;
                demand = requested;
                notifyAll();
            }
            if (demand > 0) {
                given.request(demand);
            }
        } finally {
            leave();
        }
    }

    @Override
    public void onNext(T element) {
        enter("onNext");
        try {
            synchronized (this) {
                requireSubscribedAndGoingOn("onNext");
                if (element == null) {
                    broken("onNext(null) (2.13)");
                    return;
                }
                if (++received > requested) {
                    broken("element " + received + " of " + requested + " requested (1.1)");
                }
                if (!forgetful) {
                    elements.add(element);
                }
                notifyAll();
            }
            reaction.accept(this, element);
        } finally {
            leave();
        }
    }

    @Override
    public void onError(Throwable failure) {
        end("onError", failure);
        if (failure == null) {
            broken("onError(null) (2.13)");
        }
    }

    @Override
    public void onComplete() {
        end("onComplete", null);
    }

    private void end(String signal, @Nullable Throwable failure) {
        enter(signal);
        try {
            synchronized (this) {
                requireSubscribedAndGoingOn(signal);
                if (!ended) {
                    error = failure;
                    ended = true;
                }
                notifyAll();
            }
        } finally {
            leave();
        }
    }

    private void requireSubscribedAndGoingOn(String signal) {
        if (subscription == null) {
            broken(signal + " before onSubscribe (1.9)");
        }
        if (ended && !cancelled) {
            broken(signal + " after the end (1.7)");
        }
    }

    private synchronized void enter(String signal) {
        Thread current = Thread.currentThread();
        if (signalling != null && signalling != current) {
            broken(signal + " on " + current.getName() + " while " + signalling.getName() + " is in a signal (1.3)");
        }
        signalling = current;
        depth++;
        deepest = Math.max(deepest, depth);
    }

    private synchronized void leave() {
        depth--;
        if (depth == 0) {
            signalling = null;
        }
    }

    private synchronized void broken(String rule) {
        if (brokenRules.size() < 10) {
            brokenRules.add(rule);
        }
    }
}
