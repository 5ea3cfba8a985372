package io.reactivemqtt.reliability;

import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Consumes numbered messages; what it has done with them stands on the disk. */
abstract sealed class ReceivingClient extends ChildClient permits SingleReceiver, BatchReceiver {

    private static final Duration CARELESS_DELAY = Duration.ofMillis(50);

    private final boolean careless;

    ReceivingClient(ChildOrder order, Cell cell, ChildSetup setup, SessionStore store) {
        super(order, cell, setup, store);
        this.careless = setup.acknowledgesBeforeTheEffect();
    }

    @Override
    final Mono<Void> work() {
        if (order.run() % 2 == 0) { // both orders are good: what arrives before the subscriber is held
            receive();
            return client.connect().then();
        }
        return client.connect().then(Mono.fromRunnable(this::receive));
    }

    private void receive() {
        ConsumeOptions.Builder options =
                ConsumeOptions.builder().filter(cell.topic()).qos(cell.qos()).onGranted(granted -> sayThatItWorks());
        consume(options).subscribe(nothing -> {}, Child::fail);
    }

    /** Consumes with options that lack only what is its own. */
    abstract Mono<Void> consume(ConsumeOptions.Builder options);

    /** Completes when {@code effect} is on the disk; a careless one at once. */
    final Mono<Void> process(Runnable effect) {
        Mono<Void> done = Mono.<Void>fromRunnable(effect).subscribeOn(Schedulers.boundedElastic());
        return careless
                ? Mono.fromRunnable(() -> done.delaySubscription(CARELESS_DELAY).subscribe(nothing -> {}, Child::fail))
                : done;
    }

    @Override
    final void rest() {
        // it begins nothing by itself
    }
}
