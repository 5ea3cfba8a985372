package io.reactivemqtt.samples.crash;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The process that is killed: sends numbered orders at QoS 2 and receives them again, over a Session that stands in a file. A new
 * one goes on where the last one stopped, and ends when all is done.
 */
final class Worker {

    private static final TopicName TOPIC = TopicName.of("orders/new");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path directory;
    private final int orders;
    private final ReactorMqttClient client;
    private final SqliteSessionStore store;

    Worker(String server, Path directory, int orders) {
        this.directory = directory;
        this.orders = orders;
        // #session
        this.store = SqliteSessionStore.at(directory.resolve("sessions.db"));
        this.client = ReactorMqttClient.create(options -> options.server(server)
                .clientIdentifier("crash-and-resume")
                .cleanStart(false)
                .sessionExpiryInterval(Duration.ofHours(1))
                .reconnect(policy -> policy.backoff(Duration.ofMillis(50), Duration.ofSeconds(1)))
                .sessionStore(store));
        // #end
    }

    void run() throws IOException {
        try (Ledger intended = Ledger.at(directory.resolve("intended"));
                Ledger sent = Ledger.at(directory.resolve("sent"));
                Ledger received = Ledger.at(directory.resolve("received"))) {
            // subscribed first: a Session that goes on brings messages at once
            client.consume(
                            TOPIC.toString(),
                            Qos.EXACTLY_ONCE,
                            message -> blocking(
                                    () -> received.write(message.payload().asUtf8())))
                    .subscribe(done -> {}, CrashAndResume::fail);
            client.receipts().subscribe(PublishReceipt::acknowledge); // the ledgers say what became of the orders
            client.connect().block();
            // an order that was intended, but perhaps not accepted, is in doubt: its number is not used again
            int first = intended.highest() + 1;
            Flux.range(first, Math.max(0, orders + 1 - first))
                    .concatMap(number -> blocking(() -> intended.write(Integer.toString(number)))
                            .then(client.enqueue(order(number)))
                            .then(blocking(() -> sent.write(Integer.toString(number)))))
                    .blockLast();
            client.inspectSession()
                    .repeatWhen(again -> again.delayElements(LOOK_AGAIN))
                    .takeUntil(session -> isDone(session) && received.containsAll(sent))
                    .blockLast();
            client.disconnect().block();
        }
        store.close();
    }

    /** A ledger waits for the disk, so it is not written on the client's event loop. */
    private static Mono<Void> blocking(Runnable work) {
        return Mono.<Void>fromRunnable(work).subscribeOn(Schedulers.boundedElastic());
    }

    private static ApplicationMessage order(int number) {
        return ApplicationMessage.of(TOPIC, Payload.utf8(Integer.toString(number)), Qos.EXACTLY_ONCE);
    }

    private static boolean isDone(SessionInspection session) {
        return session.inFlight().isEmpty() && session.waiting() == 0;
    }
}
