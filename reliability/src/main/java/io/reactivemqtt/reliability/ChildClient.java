package io.reactivemqtt.reliability;

import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** What a {@link Child} does for one of its cells: a client with a Session and a topic of its own. */
abstract sealed class ChildClient permits SendingClient, ReceivingClient {

    /** How often something is tried again. */
    static final Duration BEAT = Duration.ofMillis(5);

    /** Kills come faster than some windows are emptied: the queue is full now and then, and then the sender waits. */
    private static final int MOST_QUEUED = 2_000;

    private static final Duration LONGEST_DELAY = Duration.ofMillis(200);

    final ChildOrder order;
    final Cell cell;
    final ReactorMqttClient client;

    ChildClient(ChildOrder order, Cell cell, ChildSetup setup, SessionStore store) {
        this.order = order;
        this.cell = cell;
        this.client = ReactorMqttClient.create(options -> options.server(order.server())
                .protocolVersion(cell.version())
                .clientIdentifier(cell.name())
                .cleanSession(false)
                .cleanStart(setup.cleanStart())
                .queue(queue -> queue.maximumMessages(MOST_QUEUED))
                .receiveMaximum(65_535) // mosquitto 2.0.11 sends on, whatever it is told, once it has a queue
                .reconnect(policy -> policy.backoff(BEAT, LONGEST_DELAY))
                .sessionStore(store));
    }

    /** Connects and works until the process is killed; says when it begins to. */
    final Mono<Void> begin() {
        client.events().subscribe(event -> Child.tell(cell, event), Child::fail);
        return work();
    }

    abstract Mono<Void> work();

    /** Waits until nothing is on its way, and says goodbye. */
    final Mono<Void> finish() {
        rest();
        return client.inspectSession()
                .filter(ChildClient::isAtRest)
                .repeatWhenEmpty(tries -> tries.delayElements(BEAT))
                .then(client.disconnect());
    }

    /** Begins nothing new. */
    abstract void rest();

    private static boolean isAtRest(SessionInspection session) {
        return session.connected() && session.inFlight().isEmpty() && session.waiting() == 0;
    }

    final Journal.Entry entry(long id) {
        return new Journal.Entry(order.run(), id);
    }

    final void sayThatItWorks() {
        Child.say(Child.works(cell));
    }
}
