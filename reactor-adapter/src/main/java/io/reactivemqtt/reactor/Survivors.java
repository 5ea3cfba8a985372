package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What outlives a failure of the store: callers whose messages are durable wait on, until the store is recovered and has them;
 * messages whose callers were told that they are not durable are not sent, even if the store has them after all. Loop only.
 */
final class Survivors {

    private final Engine engine;
    private final Consumer<DeliveryReceipt> receipts;

    /** By sequence. */
    private final Map<Long, EngineFlow> waiting = new LinkedHashMap<>(0);

    /** Sequences of messages whose callers were told that they are not durable. */
    private final Set<Long> disowned = new HashSet<>(0);

    // ---- of one recovery
    private final List<EngineFlow> disownedFlows = new ArrayList<>(0);
    private final Set<Long> recoveredCallers = new HashSet<>(0);

    Survivors(Engine engine, Consumer<DeliveryReceipt> receipts) {
        this.engine = engine;
        this.receipts = receipts;
    }

    /** The store has failed, and {@code lost} is not durable. */
    void lost(List<SessionChange> lost) {
        lost.forEach(change -> {
            if (change instanceof OutgoingAccepted accepted) {
                disowned.add(accepted.sequence());
            }
        });
    }

    boolean isDurable(long sequence) {
        return !disowned.contains(sequence);
    }

    void waits(EngineFlow flow) {
        waiting.put(flow.sequence(), flow);
    }

    // ---- recovery

    void recovering() {
        disownedFlows.clear();
        recoveredCallers.clear();
    }

    /** Returns the flow of a message that the store has: that of its caller if he waits, or one without a caller. */
    EngineFlow flow(long sequence, ApplicationMessage message) {
        EngineFlow waited = waiting.get(sequence);
        if (waited != null) {
            recoveredCallers.add(sequence);
            return waited;
        }
        if (isDurable(sequence)) {
            return new DetachedFlow(engine, message, null, receipts);
        }
        EngineFlow unwanted = new DetachedFlow(engine, message, null, receipt -> {});
        disownedFlows.add(unwanted);
        return unwanted;
    }

    /** The store is recovered: what is disowned is withdrawn, and whoever still waits hears that the store has lost it. */
    void recovered() {
        engine.inSession(session -> disownedFlows.forEach(flow -> session.withdraw(flow, engine.nowNanos())));
        disownedFlows.clear();
        disowned.clear();
        waiting.keySet().removeAll(recoveredCallers);
        recoveredCallers.clear();
        fail(new StoreException("the session store has lost the message", null));
    }

    /** Nobody waits any more. */
    void fail(MqttException cause) {
        List<EngineFlow> flows = List.copyOf(waiting.values());
        waiting.clear();
        flows.forEach(flow -> UserCode.run(() -> flow.failed(cause)));
    }
}
