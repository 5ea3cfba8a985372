package io.reactivemqtt.publisher;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

/** Has nothing to say, and does not end. */
public final class NeverPublisher {

    private static final Subscription SILENCE = new Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    };

    private NeverPublisher() {}

    /** Returns one. */
    public static <T> Publisher<T> never() {
        return subscriber -> subscriber.onSubscribe(SILENCE);
    }
}
