package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.state.RecoveredFlows;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutboxTaken;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a failure of the store: callers whose messages are durable wait on, until the store is recovered and has them;
 * messages whose callers were told that they are not durable are not sent, even if the store has them after all. Event loop only.
 */
public final class Survivors implements RecoveredFlows {

    private final SessionGate gate;
    private final Publishing publishing;

    /** Null until the store has failed. */
    private @Nullable Failure failure;

    /** What a failure has left. */
    private static final class Failure {
        /** By sequence. */
        final Map<Long, OutgoingFlow> waiting = new LinkedHashMap<>();

        /** Sequences of messages whose callers were told that they are not durable. */
        final Set<Long> disowned = new HashSet<>();

        // ---- of one recovery
        final List<OutgoingFlow> disownedFlows = new ArrayList<>();
        final Set<Long> recoveredCallers = new HashSet<>();
    }

    public Survivors(SessionGate gate, Publishing publishing) {
        this.gate = gate;
        this.publishing = publishing;
    }

    // ---- the store fails

    @Override
    public void lost(List<SessionChange> lost) {
        Failure known = failure;
        if (known == null) {
            known = new Failure();
            failure = known;
        }
        long latest = 0;
        for (SessionChange change : lost) {
            if (change instanceof OutgoingAccepted accepted) {
                latest = accepted.sequence();
                known.disowned.add(latest);
            } else if (change instanceof OutboxTaken) { // nobody was told anything: it is in the outbox, or durable
                known.disowned.remove(latest);
            }
        }
    }

    @Override
    public boolean isDurable(OutgoingFlow flow) {
        return failure == null || !failure.disowned.contains(flow.sequence());
    }

    @Override
    public void waits(OutgoingFlow flow) {
        if (failure != null) {
            failure.waiting.put(flow.sequence(), flow);
        }
    }

    // ---- recovery

    @Override
    public void recovering() {
        if (failure != null) {
            failure.disownedFlows.clear();
            failure.recoveredCallers.clear();
        }
    }

    @Override
    public OutgoingFlow flow(long sequence, ApplicationMessage message) {
        OutgoingFlow waited = failure == null ? null : failure.waiting.get(sequence);
        if (failure == null || (waited == null && !failure.disowned.contains(sequence))) {
            return EnqueuedFlow.recovered(publishing, message);
        } else if (waited != null) {
            failure.recoveredCallers.add(sequence);
            return waited;
        }
        OutgoingFlow flow = EnqueuedFlow.disowned(publishing, message);
        failure.disownedFlows.add(flow);
        return flow;
    }

    /** What is disowned is withdrawn, and callers who still wait hear that the store has lost their messages. */
    @Override
    public void recovered() {
        Failure known = failure;
        if (known != null) {
            gate.enter(session -> known.disownedFlows.forEach(flow -> session.withdraw(flow, gate.nowNanos())));
            known.waiting.keySet().removeAll(known.recoveredCallers);
            failure = null;
            fail(known.waiting.values(), new StoreException("the session store has lost the message", null));
        }
        publishing.receipts().recovered();
    }

    @Override
    public void giveUp(MqttException cause) {
        if (failure != null) {
            List<OutgoingFlow> flows = List.copyOf(failure.waiting.values());
            failure.waiting.clear();
            fail(flows, cause);
        }
    }

    private static void fail(Collection<OutgoingFlow> flows, MqttException cause) {
        flows.forEach(flow -> UserCode.run(() -> ((PublishFlow) flow).failed(cause)));
    }
}
