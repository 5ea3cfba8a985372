package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.subscribe.Lanes.Lane;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One try to process a message, or a batch of them. Its signals come from any thread. */
final class HandlerRun implements CoreSubscriber<Object> {

    private static final AtomicReferenceFieldUpdater<HandlerRun, Subscription> SUBSCRIPTION =
            AtomicReferenceFieldUpdater.newUpdater(HandlerRun.class, Subscription.class, "subscription");

    final Lane lane;
    final List<Arrival> messages;

    /** Counts from 1. */
    final int attempt;

    private final Consumption consumption;

    @SuppressWarnings("unused") // through SUBSCRIPTION
    private volatile @Nullable Subscription subscription;

    // ---- loop only

    /** Whether it publishes a dead letter by now. */
    boolean isBurying;

    /** Until it is tried again; null while it is at work. */
    @Nullable
    Disposable backoff;

    private boolean over;

    HandlerRun(Consumption consumption, Lane lane, List<Arrival> messages, int attempt) {
        this.consumption = consumption;
        this.lane = lane;
        this.messages = messages;
        this.attempt = attempt;
    }

    /** Waits for the end of {@code work}; what is there at once costs no subscription. */
    void await(Publisher<?> work) {
        if (work instanceof Callable<?> atOnce) {
            try {
                atOnce.call();
            } catch (Throwable thrown) {
                onError(Exceptions.unwrap(thrown)); // an Error comes wrapped
                return;
            }
            onComplete();
        } else {
            work.subscribe(this);
        }
    }

    @Override
    public Context currentContext() {
        return consumption.context();
    }

    @Override
    public void onSubscribe(Subscription handler) {
        if (Operators.setOnce(SUBSCRIPTION, this, handler)) {
            handler.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Object ignored) {}

    @Override
    public void onComplete() {
        consumption.inTurn(() -> {
            if (ends()) {
                consumption.succeeded(this);
            }
        });
    }

    @Override
    public void onError(Throwable cause) {
        consumption.inTurn(() -> {
            if (ends()) {
                consumption.failed(this, cause);
            } else {
                UserCode.dropped(cause);
            }
        });
    }

    /** Tells whether this is the first end of it. Loop only. */
    private boolean ends() {
        boolean first = !over;
        over = true;
        return first;
    }

    void handBack() {
        messages.forEach(Arrival::handBack);
    }

    /** Nobody waits for it any more, whatever it says; returns whether the handler is still to hear of it. Loop only. */
    boolean leave() {
        if (backoff != null) {
            backoff.dispose();
        }
        return ends();
    }

    void cancel() {
        UserCode.run(() -> Operators.terminate(SUBSCRIPTION, this));
    }
}
