package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.subscribe.SubscriberStream;
import io.reactivemqtt.engine.subscribe.Subscribing;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Subscribes at the Server for each subscriber. */
final class SubscribeFlux extends Flux<ReceivedMessage> implements Fuseable, Scannable {

    private final Subscribing subscribing;
    private final SubscribeOptions options;

    SubscribeFlux(Subscribing subscribing, SubscribeOptions options) {
        this.subscribing = subscribing;
        this.options = options;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ReceivedMessage> actual) {
        SubscriberStream stream = new SubscriberStream(subscribing, options, actual);
        actual.onSubscribe(stream);
        subscribing.join(stream);
    }
}
