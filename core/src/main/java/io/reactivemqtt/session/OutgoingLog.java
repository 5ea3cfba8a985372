package io.reactivemqtt.session;

import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.Qos;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.session.OutgoingFlow.Stage;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All outgoing messages of a Session, and what each holds: its place in one list, its place in the queue until it is first
 * sent, its Packet Identifier from then on.
 */
final class OutgoingLog {

    /** QoS 1 and 2 in original order: first what has a Packet Identifier, then what waits for one. */
    final FlowList inOrder = new FlowList();

    /** QoS 2 from PUBREC on, in the order of the PUBRECs. */
    final FlowList released = new FlowList();

    /** QoS 0 that could not leave at once. */
    final FlowList unsent = new FlowList();

    final OutgoingQueue queue;

    /** The first flow that was not sent on this connection; all after it were not either. */
    @Nullable
    OutgoingFlow nextToSend;

    private final Outbox outbox;
    private final PacketIdentifiers identifiers;
    private final IdentifierTable<OutgoingFlow> inFlight = new IdentifierTable<>();

    /** What may not be sent again, but may stand at the Server: the identifiers rest until the Session ends. */
    private final IdentifierTable<OutgoingFlow> resting = new IdentifierTable<>();

    private long lastSequence;

    OutgoingLog(ConnectOptions options, Outbox outbox, PacketIdentifiers identifiers) {
        this.queue = new OutgoingQueue(options);
        this.outbox = outbox;
        this.identifiers = identifiers;
    }

    // ---- reads

    /** Returns the flow of an acknowledgement, or null if there is none. */
    @Nullable
    OutgoingFlow get(int packetIdentifier) {
        return inFlight.get(packetIdentifier);
    }

    boolean isIdle() {
        return inOrder.isEmpty() && released.isEmpty() && unsent.isEmpty();
    }

    int inFlight() {
        return inFlight.size();
    }

    List<FlowList> lists() {
        return List.of(released, inOrder, unsent);
    }

    /** Returns what waits longest to be sent for the first time, at any QoS. */
    @Nullable
    OutgoingFlow oldestWaiting() {
        OutgoingFlow waiting = nextToSend;
        while (waiting != null && waiting.packetIdentifier != Packet.NO_PACKET_IDENTIFIER) {
            waiting = waiting.next;
        }
        OutgoingFlow atMostOnce = unsent.first();
        if (waiting == null || atMostOnce == null) {
            return waiting == null ? atMostOnce : waiting;
        }
        return waiting.sequence < atMostOnce.sequence ? waiting : atMostOnce;
    }

    // ---- changes

    void enter(OutgoingFlow flow, FlowList list) {
        flow.sequence = ++lastSequence;
        flow.stage = Stage.WAITING;
        list.addLast(flow);
        queue.entered(flow);
    }

    /** All of the log is to be sent on the next connection. */
    void rewind() {
        nextToSend = inOrder.first();
    }

    /** The flow leaves the queue and gets its identifier, which {@link PacketIdentifiers} gave. */
    void assign(OutgoingFlow flow, int packetIdentifier) {
        queue.left(flow);
        flow.packetIdentifier = packetIdentifier;
        flow.stage = flow.message().qos() == Qos.AT_LEAST_ONCE ? Stage.AWAITING_PUBACK : Stage.AWAITING_PUBREC;
        inFlight.put(packetIdentifier, flow);
        if (outbox.durable) {
            outbox.persist(new OutgoingAssigned(flow.sequence, packetIdentifier));
        }
    }

    /** The Session of the identifier is gone: the flow waits again, at its old place, as a new message. */
    void unassign(OutgoingFlow flow) {
        inFlight.remove(flow.packetIdentifier);
        identifiers.release(flow.packetIdentifier);
        flow.packetIdentifier = Packet.NO_PACKET_IDENTIFIER;
        flow.stage = Stage.WAITING;
        flow.sentBefore = false;
        flow.possibleRepeat = true;
        queue.entered(flow);
        if (outbox.durable) {
            outbox.persist(new OutgoingUnassigned(flow.sequence));
        }
    }

    /** Takes the flow out of the original order; it keeps its identifier. */
    void leave(OutgoingFlow flow) {
        if (flow == nextToSend) {
            nextToSend = flow.next;
        }
        inOrder.remove(flow);
    }

    void forgetWaiting(OutgoingFlow flow) {
        queue.left(flow);
        if (flow.message().qos() == Qos.AT_MOST_ONCE) {
            unsent.remove(flow);
            flow.stage = Stage.DONE;
        } else {
            leave(flow);
            finish(flow);
        }
    }

    /** Nothing of {@code flow}, which stands in no list any more, is needed: its identifier is free. */
    void finish(OutgoingFlow flow) {
        if (flow.packetIdentifier != Packet.NO_PACKET_IDENTIFIER) {
            inFlight.remove(flow.packetIdentifier);
            identifiers.release(flow.packetIdentifier);
        }
        complete(flow);
    }

    /** The flow ends here, but perhaps not at the Server: its identifier is not given again in this Session. */
    void rest(OutgoingFlow flow) {
        leave(flow);
        inFlight.remove(flow.packetIdentifier);
        resting.put(flow.packetIdentifier, flow);
        complete(flow);
    }

    /** The Session is gone, and nothing stands at the Server any more. */
    void wakeResting() {
        resting.forEach((packetIdentifier, flow) -> identifiers.release(packetIdentifier));
        resting.clear();
    }

    void discard(OutgoingFlow flow, FlowList list) {
        if (flow.packetIdentifier == Packet.NO_PACKET_IDENTIFIER) {
            queue.left(flow);
        }
        list.remove(flow);
        finish(flow);
    }

    private void complete(OutgoingFlow flow) {
        flow.stage = Stage.DONE;
        if (outbox.durable) { // may lag: a crash costs a repeat that the protocol absorbs
            outbox.persist(new OutgoingCompleted(flow.sequence));
        }
    }
}
