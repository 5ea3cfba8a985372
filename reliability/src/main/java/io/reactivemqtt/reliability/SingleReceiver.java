package io.reactivemqtt.reliability;

import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.store.SessionStore;
import java.io.IOException;
import java.util.List;
import reactor.core.publisher.Mono;

/** Consumes messages one by one; the effect of each is a line in the journal. */
final class SingleReceiver extends ReceivingClient {

    /** How many received messages are worked on at once. */
    static final int CONCURRENCY = 8;

    private final Journal journal;

    SingleReceiver(ChildOrder order, Cell cell, ChildSetup setup, SessionStore store) throws IOException {
        super(order, cell, setup, store);
        this.journal = Journal.open(order.journal(cell));
    }

    @Override
    Mono<Void> consume(ConsumeOptions.Builder options) {
        return client.consume(
                options.concurrency(CONCURRENCY)
                        .orderedBy(message -> message) // all have one topic
                        .build(),
                this::process);
    }

    private Mono<Void> process(ReceivedMessage message) {
        long id = Long.parseLong(message.payload().asUtf8());
        return process(() -> journal.add(List.of(entry(id))));
    }
}
