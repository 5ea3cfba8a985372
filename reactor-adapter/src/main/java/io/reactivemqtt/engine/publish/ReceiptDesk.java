package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.MessageUndelivered;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.session.ReceiptResults;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import reactor.core.publisher.FluxSink;

/**
 * Tells what became of enqueued messages: each receipt once to everybody who listens, when it is durable, and to everybody who begins to
 * listen until it is acknowledged. The session keeps the receipts.
 */
public final class ReceiptDesk {

    /** A listener remembers more only while it finds out which of them still count. */
    private static final int REMEMBERED = 20_000;

    private final Turns turns;
    private final SessionKeeper keeper;
    private final Consumer<ClientEvent> events;

    // ---- loop only; sets that nobody can change, until there is something: idle clients come in thousands
    private List<Listener> listeners = List.of();

    /** Of which the store does not know yet that their messages have ended. */
    private Set<Long> unwritten = Set.of();

    /** Acknowledged while the store was closed. */
    private Set<Long> late = Set.of();

    private static final class Listener {
        final FluxSink<PublishReceipt> sink;
        final Set<Long> told = new HashSet<>();

        Listener(FluxSink<PublishReceipt> sink) {
            this.sink = sink;
        }
    }

    ReceiptDesk(Turns turns, SessionKeeper keeper, Consumer<ClientEvent> events) {
        this.turns = turns;
        this.keeper = keeper;
        this.events = events;
    }

    // ---- from any thread

    /** Tells {@code sink} what was not acknowledged, and what is to come. */
    public void listen(FluxSink<PublishReceipt> sink) {
        Listener listener = new Listener(sink);
        turns.execute(() -> begin(listener));
        sink.onDispose(() -> turns.execute(() -> end(listener)));
    }

    private void acknowledge(long sequence) {
        turns.execute(() -> acknowledgeNow(sequence));
    }

    // ---- in a turn

    private void begin(Listener listener) {
        listeners = CopiedLists.with(listeners, listener);
        if (keeper.isOpen()) { // else recovery may be under way, and may yet fail
            kept().forEach(receipt -> tell(receipt, listener));
        }
    }

    private void end(Listener listener) {
        listeners = CopiedLists.without(listeners, listener);
    }

    /** The session knows what became of the message of {@code flow}. */
    void ended(EnqueuedFlow flow) {
        long sequence = flow.sequence();
        if (unwritten.isEmpty()) {
            unwritten = new HashSet<>();
        }
        unwritten.add(sequence);
        keeper.journal()
                .whenDurable(Waiter.of(
                        () -> {
                            unwritten.remove(sequence);
                            flow.stored();
                            ReceiptKept receipt = keeper.gate().session().receipt(sequence);
                            if (receipt != null) {
                                listeners.forEach(listener -> tell(receipt, listener));
                            }
                        },
                        cause -> unwritten.remove(sequence)));
    }

    /** Tells {@code receipt} of {@code flow}, which nobody keeps. */
    void tellOnce(EnqueuedFlow flow, PublishReceipt receipt) {
        PublishOutcome outcome = receipt.result().outcome();
        MqttException cause = receipt.result().failure();
        if (cause != null && (outcome == PublishOutcome.REFUSED || outcome == PublishOutcome.NOT_SENT)) {
            ApplicationMessage message = flow.message();
            events.accept(new MessageUndelivered(flow.sequence(), message.topicName(), message.qos(), cause));
        }
        listeners.forEach(listener -> UserCode.run(() -> listener.sink.next(receipt)));
    }

    /** The store is open, and the session knows what stands there. */
    void recovered() {
        Set<Long> acknowledged = late;
        late = Set.of();
        acknowledged.forEach(this::acknowledgeNow);
        if (!listeners.isEmpty()) {
            kept().forEach(receipt -> listeners.forEach(listener -> tell(receipt, listener)));
        }
    }

    /** Returns what may be told: a copy, for who is told may acknowledge at once. */
    private List<ReceiptKept> kept() {
        List<ReceiptKept> kept = new ArrayList<>();
        keeper.gate().session().forEachReceipt(receipt -> {
            if (!unwritten.contains(receipt.sequence())) {
                kept.add(receipt);
            }
        });
        return kept;
    }

    private void tell(ReceiptKept receipt, Listener listener) {
        long sequence = receipt.sequence();
        if (!listener.told.add(sequence)) {
            return;
        }
        if (listener.told.size() > REMEMBERED) {
            listener.told.retainAll(kept().stream().map(ReceiptKept::sequence).collect(Collectors.toSet()));
        }
        UserCode.run(() -> listener.sink.next(new PublishReceipt(
                sequence, receipt.reference(), ReceiptResults.of(receipt), () -> acknowledge(sequence))));
    }

    private void acknowledgeNow(long sequence) {
        listeners.forEach(listener -> listener.told.remove(sequence)); // if the store loses that, it is told again
        if (keeper.isOpen()) {
            keeper.gate().enter(session -> session.acknowledgeReceipt(sequence, turns.nowNanos()));
        } else {
            if (late.isEmpty()) {
                late = new HashSet<>();
            }
            late.add(sequence);
        }
    }
}
