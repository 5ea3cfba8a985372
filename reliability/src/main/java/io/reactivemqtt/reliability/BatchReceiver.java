package io.reactivemqtt.reliability;

import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Consumes messages in batches; each batch is one transaction of a database. */
final class BatchReceiver extends ReceivingClient {

    /** What has come while no process lived fills several batches; what comes then waits for the time. */
    static final int LARGEST_BATCH = 20;

    private static final Duration WITHIN = Duration.ofMillis(25);

    private final CommittedMessages committed;

    /** Event loop only. */
    private int batches;

    BatchReceiver(ChildOrder order, Cell cell, ChildSetup setup, SessionStore store) {
        super(order, cell, setup, store);
        this.committed = CommittedMessages.open(order.database(cell));
    }

    @Override
    Mono<Void> consume(ConsumeOptions.Builder options) {
        return client.consumeBatches(options.upTo(LARGEST_BATCH, WITHIN).build(), this::process);
    }

    private Mono<Void> process(List<ReceivedMessage> messages) {
        int batch = ++batches;
        List<Long> ids = messages.stream()
                .map(message -> Long.parseLong(message.payload().asUtf8()))
                .toList();
        return process(() -> committed.add(order.run(), batch, ids));
    }
}
