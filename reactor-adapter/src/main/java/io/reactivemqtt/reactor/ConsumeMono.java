package io.reactivemqtt.reactor;

import io.reactivemqtt.engine.subscribe.Consumption;
import io.reactivemqtt.engine.subscribe.Subscribing;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Subscribes at the Server for each subscriber, and has a handler process what comes. */
final class ConsumeMono extends Mono<Void> implements Scannable {

    private final Subscribing subscribing;
    private final Function<? super CoreSubscriber<? super Void>, Consumption> consumptions;

    ConsumeMono(Subscribing subscribing, Function<? super CoreSubscriber<? super Void>, Consumption> consumptions) {
        this.subscribing = subscribing;
        this.consumptions = consumptions;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        Consumption consumption = consumptions.apply(actual);
        actual.onSubscribe(consumption);
        subscribing.join(consumption);
    }
}
