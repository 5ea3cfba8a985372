package io.reactivemqtt.simulation;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.LoopClients;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** One process: the application, and its client, until it dies. */
final class Program implements Connector {

    private static final int FEW = 5;

    private final VirtualLoop loop;
    private final ServerModel server;
    private final Ledger ledger;
    private final IntSupplier memory;
    private final ReactorMqttClient client;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<Disposable> publications = new ArrayList<>();
    private final List<Ledger.Up> unanswered = new ArrayList<>();
    private @Nullable Link link;
    private Disposable receipts = Disposables.disposed();
    private @Nullable Throwable clientFailure;

    /**
     * Starts it.
     *
     * @param memory the number of what the client knows: another one, once it has forgotten
     * @param forgets told when the client forgets
     */
    Program(
            Clock clock,
            ServerModel server,
            Ledger ledger,
            ClientOptions options,
            DoubleSupplier random,
            IntSupplier memory,
            Runnable forgets) {
        this.loop = new VirtualLoop(clock);
        this.server = server;
        this.ledger = ledger;
        this.memory = memory;
        this.client = LoopClients.create(options, this, random);
        Disposable ignored = client.events().subscribe(event -> {
            Simulation.trace("    " + event);
            if (event instanceof ClientEvent.StoreFailed) {
                forgets.run();
            }
            if (event instanceof ClientEvent.ReconnectStopped) {
                receivers.forEach(
                        receiver -> receiver.held.clear()); // they have ended, even if that waits behind a message
            }
            if (event instanceof ClientEvent.ClientFailed failed) {
                clientFailure = failed.cause();
            }
        });
    }

    // ---- the network

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        Link opening = new Link(listener, server);
        link = opening;
        return opening;
    }

    @Nullable
    Link link() {
        return link;
    }

    VirtualLoop virtualLoop() {
        return loop;
    }

    void die() {
        loop.die();
        unanswered.forEach(message -> message.orphaned = true);
    }

    /** Nothing was thrown in the client that is not the application's, and nothing was written that never leaves. */
    void check() {
        Broken.check();
        Broken.unless(clientFailure == null, "the client has failed: %s", clientFailure);
        Broken.unless(link == null || !loop.isIdle() || !link.hasUnflushed(), "what was written was not flushed");
    }

    // ---- the application, on its way out

    void connect() {
        Disposable ignored =
                client.connect().subscribe(result -> {}, failure -> Simulation.trace("    connect(): " + failure));
    }

    void disconnect() {
        Disposable ignored = client.disconnect().subscribe(nothing -> {}, failure -> {});
    }

    /** Tells whether it would have to connect by itself. */
    boolean hasGivenUp() {
        return switch (status()) {
            case NEW, STOPPED, CLOSED -> true;
            default -> false;
        };
    }

    ClientState.Status status() {
        return client.state().status();
    }

    boolean isConnected() {
        return client.state().isConnected();
    }

    void publish(Qos qos) {
        Ledger.Up message = newMessage("up/single", qos);
        unanswered.add(message);
        publications.add(client.publish(messageOf(message))
                .subscribe(
                        result -> answered(message, result),
                        failure -> answered(message, failureOf(message, failure))));
    }

    void publishStream(Qos qos) {
        List<Ledger.Up> messages = new ArrayList<>();
        for (int i = 0; i < FEW; i++) {
            messages.add(newMessage("up/stream/" + publications.size(), qos)); // two streams have no order between them
        }
        unanswered.addAll(messages);
        publications.add(client.publish(Flux.fromIterable(messages).map(Program::messageOf))
                .subscribe(
                        result -> answered(ledger.up(result.message().payload().asUtf8()), result),
                        failure -> messages.forEach(message -> {
                            message.withdrawn |= message.outcome == null;
                            unanswered.remove(message);
                        })));
    }

    void enqueue(Qos qos) {
        Ledger.Up message = newMessage("up/enqueued", qos);
        publications.add(client.enqueue(messageOf(message), Long.toString(message.number))
                .subscribe(sequence -> message.enqueued = true, failure -> {}));
    }

    /** Hears what became of messages that were enqueued, by this process or by an earlier one. */
    void hearReceipts() {
        receipts = client.receipts()
                .subscribe(
                        receipt -> {
                            String reference = receipt.reference();
                            Ledger.Up message = ledger.up(Objects.requireNonNullElse(reference, "1"));
                            if (reference != null
                                    && message.outcome == null) { // it may have been told, and nobody knows any more
                                ledger.told(message, receipt.result(), memory.getAsInt());
                            }
                            receipt.acknowledge();
                        },
                        failure -> {});
    }

    boolean hearsReceipts() {
        return !receipts.isDisposed();
    }

    /** Is no longer interested in one of the messages that it has published. */
    void withdraw(int which) {
        if (!publications.isEmpty()) {
            publications.get(which % publications.size()).dispose();
            unanswered.forEach(message -> message.withdrawn = true); // one of them, or a stream of them
            unanswered.clear();
        }
    }

    /** Tells whether it waits for an answer. */
    boolean waitsForAnswers() {
        return unanswered.stream().anyMatch(message -> !message.withdrawn);
    }

    private Ledger.Up newMessage(String topic, Qos qos) {
        return ledger.newUp(topic, qos);
    }

    private static ApplicationMessage messageOf(Ledger.Up message) {
        return ApplicationMessage.of(message.topic, Long.toString(message.number), message.qos);
    }

    private static PublishResult failureOf(Ledger.Up message, Throwable failure) {
        if (failure instanceof MqttException known) {
            return PublishResult.failed(messageOf(message), known);
        }
        throw new Broken("an error that is none of the client's: " + failure);
    }

    private void answered(Ledger.Up message, PublishResult result) {
        unanswered.remove(message);
        ledger.told(message, result, memory.getAsInt());
    }

    // ---- the application, as receiver

    void receive(String topicFilter, AcknowledgementMode mode, int demand) {
        Receiver receiver = new Receiver(topicFilter, mode, demand);
        receivers.add(receiver);
        client.subscribe((SubscribeOptions.Builder options) ->
                        options.filter(topicFilter).qos(Qos.EXACTLY_ONCE).acknowledgement(mode))
                .subscribe(receiver);
    }

    List<Receiver> receivers() {
        return receivers;
    }

    /** A message that is worked on, and what the client knew when it came: what it has forgotten it does not take back. */
    private record Held(ReceivedMessage message, int memory) {}

    /** A subscriber of one filter, which a process may cancel and replace. */
    final class Receiver extends BaseSubscriber<ReceivedMessage> {
        private final String topicFilter;
        private final AcknowledgementMode mode;
        private final List<Held> held = new ArrayList<>();
        private int demand;
        private boolean ended;

        Receiver(String topicFilter, AcknowledgementMode mode, int demand) {
            this.topicFilter = topicFilter;
            this.mode = mode;
            this.demand = demand;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(demand);
        }

        @Override
        protected void hookOnNext(ReceivedMessage message) {
            Broken.unless(demand > 0, "%s came, and nobody asked for it", message);
            demand--;
            Ledger.Down known = ledger.down(message.message());
            ledger.delivered(known, memory.getAsInt());
            if (mode == AcknowledgementMode.BY_HAND && message.qos() != Qos.AT_MOST_ONCE) {
                held.add(new Held(message, memory.getAsInt()));
            } else {
                ledger.taken(known, memory.getAsInt());
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            end();
        }

        @Override
        protected void hookOnComplete() {
            end();
        }

        private void end() {
            ended = true;
            held.clear();
        }

        void requestMore(int count) {
            if (!ended) {
                demand += count;
                request(count);
            }
        }

        int demand() {
            return demand;
        }

        boolean holds() {
            return !held.isEmpty();
        }

        void acknowledgeOne(int which) {
            if (!held.isEmpty()) {
                Held taken = held.remove(which % held.size());
                ledger.taken(ledger.down(taken.message.message()), taken.memory);
                taken.message.acknowledge();
            }
        }

        void handBackOne(int which) {
            if (!held.isEmpty()) {
                held.remove(which % held.size()).message.handBack();
            }
        }

        boolean isEnded() {
            return ended || isDisposed();
        }

        /** Leaves; another takes its place, with what this one held. */
        void isReplaced(int newDemand) {
            held.clear();
            dispose();
            receivers.remove(this);
            receive(topicFilter, mode, newDemand);
        }
    }
}
