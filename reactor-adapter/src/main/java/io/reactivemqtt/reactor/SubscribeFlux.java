package io.reactivemqtt.reactor;

import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;

/** Subscribes at the Server for each subscriber. */
final class SubscribeFlux extends Flux<ReceivedMessage> implements Fuseable {

    private final Engine engine;
    private final SubscriptionOptions options;

    SubscribeFlux(Engine engine, SubscriptionOptions options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ReceivedMessage> actual) {
        MessageStream stream = new MessageStream(engine, options, actual);
        actual.onSubscribe(stream);
        engine.join(stream);
    }
}
