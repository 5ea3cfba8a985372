package io.reactivemqtt.reliability;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.store.SessionStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Enqueues numbered messages for ever, and writes down each that was accepted. */
final class SendingClient extends ChildClient {

    /** No two processes send the same number: a message that a kill leaves in doubt is not sent by another. */
    private static final long IDS_OF_ONE_RUN = 1_000_000;

    private static final int MOST_IN_A_BEAT = 8;
    private static final int ENQUEUED_AT_ONCE = 64;

    private final Journal journal;
    private final BlockingQueue<Journal.Entry> accepted = new LinkedBlockingQueue<>();
    private Disposable sending = Disposables.disposed();

    SendingClient(ChildOrder order, Cell cell, ChildSetup setup, SessionStore store) throws IOException {
        super(order, cell, setup, store);
        this.journal = Journal.open(order.journal(cell));
    }

    @Override
    Mono<Void> work() {
        if (!order.last()) {
            send();
        }
        return client.connect().then(Mono.fromRunnable(this::sayThatItWorks));
    }

    private void send() {
        Random random = new Random(order.run());
        long first = order.run() * IDS_OF_ONE_RUN;
        client.receipts().subscribe(PublishReceipt::acknowledge); // what became of them, the witness tells
        sending = Flux.interval(
                        BEAT.multipliedBy(order.cells().size())) // a process sends as much, however many share it
                .onBackpressureDrop()
                .concatMap(beat -> Flux.range(0, 1 + random.nextInt(MOST_IN_A_BEAT)))
                .index((index, ignored) -> first + index)
                .flatMap(this::enqueue, ENQUEUED_AT_ONCE)
                .subscribe(id -> accepted.add(entry(id)), Child::fail);
        Thread writer = new Thread(this::writeAccepted, "journal");
        writer.setDaemon(true);
        writer.start();
    }

    /** Writes as many at once as there are: each flush of the disk takes its time. */
    private void writeAccepted() {
        try {
            while (true) {
                List<Journal.Entry> entries = new ArrayList<>(List.of(accepted.take()));
                accepted.drainTo(entries);
                journal.add(entries);
            }
        } catch (InterruptedException e) {
            Child.fail(e);
        }
    }

    private Mono<Long> enqueue(long id) {
        return client.enqueue(ApplicationMessage.of(cell.topic(), Long.toString(id), cell.qos()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BEAT).filter(QueueFullException.class::isInstance))
                .thenReturn(id);
    }

    @Override
    void rest() {
        sending.dispose();
    }
}
