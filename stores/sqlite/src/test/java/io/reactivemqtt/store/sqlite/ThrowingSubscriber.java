package io.reactivemqtt.store.sqlite;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Breaks the rules of reactive streams: throws when a publisher completes. */
final class ThrowingSubscriber implements Subscriber<Void> {

    @Override
    public void onSubscribe(Subscription subscription) {}

    @Override
    public void onNext(Void element) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {}); // so that no test's log shows it
        throw new IllegalStateException("thrown by a subscriber");
    }
}
