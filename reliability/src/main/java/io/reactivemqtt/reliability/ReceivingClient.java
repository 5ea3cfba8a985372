package io.reactivemqtt.reliability;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.store.SessionStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Consumes numbered messages; the effect of each is a line in the journal. */
final class ReceivingClient extends ChildClient {

    /** How many received messages are worked on at once. */
    static final int CONCURRENCY = 8;

    private static final Duration CARELESS_DELAY = Duration.ofMillis(50);

    private final boolean careless;

    ReceivingClient(ChildOrder order, Cell cell, ChildSetup setup, SessionStore store) throws IOException {
        super(order, cell, setup, store);
        this.careless = setup.acknowledgesBeforeTheEffect();
    }

    @Override
    Mono<Void> work() {
        if (order.run() % 2 == 0) { // both orders are good: what arrives before the subscriber is held
            receive();
            return client.connect().then();
        }
        return client.connect().then(Mono.fromRunnable(this::receive));
    }

    private void receive() {
        client.consume(
                        options -> options.filter(cell.topic())
                                .qos(cell.qos())
                                .concurrency(CONCURRENCY)
                                .orderedBy(message -> message) // all have one topic
                                .onGranted(granted -> sayThatItWorks()),
                        this::process)
                .subscribe(nothing -> {}, Child::fail);
    }

    private Mono<Void> process(ReceivedMessage message) {
        long id = Long.parseLong(message.payload().asUtf8());
        Mono<Void> effect =
                Mono.<Void>fromRunnable(() -> journal.add(List.of(entry(id)))).subscribeOn(Schedulers.boundedElastic());
        if (careless) {
            return Mono.fromRunnable(
                    () -> effect.delaySubscription(CARELESS_DELAY).subscribe(nothing -> {}, Child::fail));
        }
        return effect;
    }

    @Override
    void rest() {
        // it begins nothing by itself
    }
}
