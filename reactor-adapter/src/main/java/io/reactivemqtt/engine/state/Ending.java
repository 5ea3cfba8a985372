package io.reactivemqtt.engine.state;

import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Waits for the end of a publisher without elements. */
final class Ending<T> extends BaseSubscriber<T> {

    private final Runnable completed;
    private final Consumer<? super Throwable> failure;

    Ending(Runnable completed, Consumer<? super Throwable> failure) {
        this.completed = completed;
        this.failure = failure;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    protected void hookOnComplete() {
        completed.run();
    }

    @Override
    protected void hookOnError(Throwable thrown) {
        failure.accept(thrown);
    }
}
