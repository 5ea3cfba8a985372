package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Between one source and one subscriber. {@code onNext} comes from any thread; all else that has state happens on the
 * loop.
 */
public final class PublishStream implements CoreSubscriber<ApplicationMessage>, Subscription, Scannable {

    /** The most messages between source and result, so that results wait in bounded space. */
    private static final int LARGEST_WINDOW = 1024;

    private static final int SMALL_WINDOW = 128;

    /** So many messages are asked for before it is known how large they are. */
    private static final int FIRST_WINDOW = 16;

    private static final AtomicLongFieldUpdater<PublishStream> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(PublishStream.class, "requested");

    private final Publishing publishing;
    private final CoreSubscriber<? super PublishResult> actual;
    private final Runnable emission = this::emit;
    private volatile long requested;
    private volatile boolean cancelled;

    // ---- loop only
    private final ArrayDeque<PublishResult> results = new ArrayDeque<>();
    private @Nullable Subscription source;
    private int asked;
    private int inProgress;
    private int largestPayload = -1;
    private boolean hungry = true;
    private boolean sourceEnded;
    private @Nullable Throwable error;
    private boolean emitting;
    private boolean ended;

    public PublishStream(Publishing publishing, CoreSubscriber<? super PublishResult> actual) {
        this.publishing = publishing;
        this.actual = actual;
    }

    public void begin(Publisher<? extends ApplicationMessage> messages) {
        if (!cancelled) {
            try {
                messages.subscribe(this);
            } catch (Throwable thrown) { // which Reactive Streams forbids
                failed(thrown);
            }
        }
    }

    Publishing publishing() {
        return publishing;
    }

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        } else if (key == Attr.PARENT) {
            return source;
        } else if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
            return requested;
        } else if (key == Attr.CANCELLED) {
            return cancelled;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    // ---- from the source

    @Override
    public void onSubscribe(Subscription subscription) {
        publishing.execute(() -> {
            if (cancelled || source != null || sourceEnded) {
                subscription.cancel();
            } else {
                source = subscription;
                publishing.add(this); // it is asked for messages at the end of the turn
            }
        });
    }

    @Override
    public void onNext(ApplicationMessage message) {
        Objects.requireNonNull(message, "message");
        publishing.publish(new StreamFlow(this, message));
    }

    @Override
    public void onError(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        publishing.execute(() -> sourceEnded(cause));
    }

    @Override
    public void onComplete() {
        publishing.execute(() -> sourceEnded(null));
    }

    private void sourceEnded(@Nullable Throwable cause) {
        if (!sourceEnded) {
            sourceEnded = true;
            error = cause;
            asked = 0;
            publishing.remove(this);
            emit();
        }
    }

    /**
     * Asks the source for as much as fits; true if it did. A large window is filled late, so that one request serves many; a
     * small one at once, since a Server that holds small packets back (Nagle) waits for what this client sends.
     */
    boolean askForMore(int sendWindow, long bytes) {
        hungry = false;
        Subscription upstream = source;
        if (upstream == null || sourceEnded || cancelled) {
            return false;
        }
        int window = Math.min(sendWindow, windowOf(bytes));
        int free = window - inProgress - asked;
        if (free <= 0 || (window > SMALL_WINDOW && free < window / 4 && inProgress + asked > 0)) {
            return false;
        }
        asked += free;
        try {
            upstream.request(free);
        } catch (Throwable thrown) { // which Reactive Streams forbids
            failed(thrown);
        }
        return true;
    }

    /** Whether it could take more, were it not for {@code sendWindow}. */
    boolean isHeldBy(int sendWindow) {
        return sendWindow < LARGEST_WINDOW && inProgress + asked >= sendWindow && !hungry;
    }

    private void hasRoom() {
        if (!hungry) {
            hungry = true;
            publishing.hasRoom(this);
        }
    }

    /** Returns how many messages as large as the largest so far fit into {@code bytes}. */
    private int windowOf(long bytes) {
        return largestPayload < 0
                ? FIRST_WINDOW
                : (int) Math.min(LARGEST_WINDOW, Math.max(1, bytes / Math.max(1, largestPayload)));
    }

    /** The source or the subscriber broke the rules: this ends, and nothing else. */
    void failed(Throwable cause) {
        if (!cancelled && !ended) {
            ended = true;
            cancel();
            UserCode.run(() -> actual.onError(cause));
        }
    }

    // ---- from the subscriber

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            publishing.execute(emission);
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            publishing.execute(() -> {
                publishing.remove(this);
                Subscription upstream = source;
                if (upstream != null) {
                    UserCode.run(upstream::cancel);
                }
                results.clear();
                publishing.withdrawAll(this);
            });
        }
    }

    // ---- from the engine

    void arrived(StreamFlow flow) {
        inProgress++;
        if (largestPayload < 0) {
            hasRoom(); // it is known now how much fits
        }
        largestPayload = Math.max(largestPayload, flow.message().payload().size());
        if (asked > 0) {
            asked--;
        }
    }

    void done(PublishResult result) {
        if (emitting || !results.isEmpty() || !canEmit()) {
            results.add(result);
        } else { // as most: nothing is before it
            emitting = true;
            emit(result);
            emitting = false;
        }
        emit();
    }

    /** The client was told to disconnect, or has given up: no more messages are taken. */
    void close(MqttException cause) {
        Subscription upstream = source;
        if (upstream != null) {
            UserCode.run(upstream::cancel);
        }
        sourceEnded(cause);
    }

    private void emit() {
        if (emitting) {
            return;
        }
        emitting = true;
        try {
            emitResults();
        } finally {
            emitting = false;
        }
        if (sourceEnded && inProgress == 0 && !cancelled && !ended) {
            ended = true;
            Throwable cause = error;
            UserCode.run(cause == null ? actual::onComplete : () -> actual.onError(cause));
        }
    }

    private void emitResults() {
        while (!results.isEmpty() && canEmit()) {
            emit(results.remove());
        }
    }

    private boolean canEmit() {
        return !cancelled && !ended && requested > 0;
    }

    private void emit(PublishResult result) {
        inProgress--;
        hasRoom();
        if (requested != Long.MAX_VALUE) {
            REQUESTED.decrementAndGet(this);
        }
        try {
            actual.onNext(result);
        } catch (Throwable thrown) { // out of a subscriber that breaks the rules, or by an Error
            failed(thrown);
        }
    }
}
