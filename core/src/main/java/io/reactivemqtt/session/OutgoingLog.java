package io.reactivemqtt.session;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.QueueOptions;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.session.OutgoingFlow.Stage;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All outgoing messages of a Session, and what each holds: its place in one list, its place in the queue until it is first
 * sent, its Packet Identifier from then on.
 */
final class OutgoingLog {

    /** QoS 1 and 2 in original order: first what has a Packet Identifier, then what waits for one. */
    final FlowList inOrder = new FlowList();

    /** QoS 1 and 2 on which the Server closes its connections, in original order: not sent until {@link #asideUntilNanos}. */
    final FlowList aside = new FlowList();

    private long asideUntilNanos;

    /** QoS 2 from PUBREC on, in the order of the PUBRECs. */
    final FlowList released = new FlowList();

    /** QoS 0 that could not leave at once. */
    final FlowList unsent = new FlowList();

    final WaitingBounds queue;

    /** The first flow that was not sent on this connection; all after it were not either. */
    @Nullable
    OutgoingFlow nextToSend;

    /** So many sequences are reserved by one change of the store. */
    private static final long SEQUENCES_AT_ONCE = 10_000;

    /** So long what ends connections stands aside: the network may have been at fault. */
    private static final long ASIDE_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A hundred years, so that nanoseconds do not overflow. */
    private static final long OLDEST_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private final SessionContext context;
    private final PacketIdentifiers identifiers;
    private final IdentifierTable<OutgoingFlow> inFlight = new IdentifierTable<>();

    /** What may not be sent again, but may stand at the Server: the identifiers rest until the Session ends. */
    private @Nullable BitSet resting;

    private long lastSequence;

    /** No later process uses a sequence up to this one. */
    private long reservedSequences;

    /** Messages up to this one are an earlier process's. */
    private long lastRecovered;

    OutgoingLog(QueueOptions options, SessionContext context, PacketIdentifiers identifiers) {
        this.queue = new WaitingBounds(options);
        this.context = context;
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

    /** Returns the sequence of the message that was accepted last, by whichever process. */
    long lastSequence() {
        return lastSequence;
    }

    int inFlight() {
        return inFlight.size();
    }

    List<FlowList> lists() {
        return List.of(released, aside, inOrder, unsent);
    }

    /** Messages from {@code sequence} on are this process's own. */
    void ownFrom(long sequence) {
        lastRecovered = Math.min(lastRecovered, sequence - 1);
    }

    /** Tells whether an earlier process accepted {@code flow}. */
    boolean isRecovered(OutgoingFlow flow) {
        return flow.sequence <= lastRecovered;
    }

    // ---- changes

    void enter(OutgoingFlow flow, FlowList list) {
        flow.sequence = ++lastSequence;
        startWaiting(flow, context.nowNanos, list);
        if (context.durable && list == inOrder) {
            if (flow.sequence > reservedSequences) {
                reservedSequences = flow.sequence + SEQUENCES_AT_ONCE - 1;
                context.persist(new SequencesReserved(reservedSequences));
            }
            context.receipts.want(flow);
            context.persist(accepted(flow));
        }
    }

    private void startWaiting(OutgoingFlow flow, long acceptedNanos, FlowList list) {
        flow.accepted(acceptedNanos);
        flow.stage = Stage.WAITING;
        list.addLast(flow);
        queue.entered(flow);
    }

    private OutgoingAccepted accepted(OutgoingFlow flow) {
        long ageMillis = TimeUnit.NANOSECONDS.toMillis(context.nowNanos - flow.acceptedNanos);
        return new OutgoingAccepted(flow.sequence, flow.message(), context.epochMillis() - ageMillis);
    }

    /** All of the log is to be sent on the next connection. */
    void rewind() {
        nextToSend = inOrder.first();
    }

    /** The flow leaves the queue and gets its identifier, which {@link PacketIdentifiers} gave. */
    void assign(OutgoingFlow flow, int packetIdentifier) {
        putInFlight(flow, packetIdentifier);
        if (context.durable) {
            context.persist(new OutgoingAssigned(flow.sequence, packetIdentifier));
        }
    }

    private void putInFlight(OutgoingFlow flow, int packetIdentifier) {
        queue.left(flow);
        flow.assign(packetIdentifier);
        flow.stage = Stage.sent(flow.message().qos());
        inFlight.put(packetIdentifier, flow);
    }

    /** The Session of the identifier is gone: the flow waits again, at its old place, as a new message. */
    void unassign(OutgoingFlow flow) {
        inFlight.remove(flow.packetIdentifier());
        identifiers.release(flow.packetIdentifier());
        flow.assign(Packet.NO_PACKET_IDENTIFIER);
        flow.stage = Stage.WAITING;
        flow.markPossibleRepeat();
        queue.entered(flow);
        if (context.durable) {
            context.persist(new OutgoingUnassigned(flow.sequence));
        }
    }

    /** Takes the flow out of the original order; it keeps its identifier. */
    void leave(OutgoingFlow flow) {
        if (flow == nextToSend) {
            nextToSend = flow.next;
        }
        (isAside(flow) ? aside : inOrder).remove(flow);
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
        if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
            inFlight.remove(flow.packetIdentifier());
            identifiers.release(flow.packetIdentifier());
        }
        complete(flow);
    }

    /** The flow ends here, but perhaps not at the Server: its identifier is not given again in this Session. */
    void rest(OutgoingFlow flow) {
        leave(flow);
        inFlight.remove(flow.packetIdentifier());
        if (resting == null) {
            resting = new BitSet();
        }
        resting.set(flow.packetIdentifier());
        complete(flow);
    }

    /** The flow keeps its identifier and waits for another time, or a later process. */
    void setAside(OutgoingFlow flow) {
        asideUntilNanos = context.nowNanos + ASIDE_NANOS;
        leave(flow);
        aside.addLast(flow);
    }

    private boolean isAside(OutgoingFlow flow) {
        for (OutgoingFlow each = aside.first(); each != null; each = each.next) {
            if (each == flow) {
                return true;
            }
        }
        return false;
    }

    /** A connection begins: what has stood aside for long is tried again. */
    void bringBackIfItIsTime() {
        if (!aside.isEmpty() && context.nowNanos - asideUntilNanos >= 0) {
            bringBackAside();
        }
    }

    /** What stood aside is the oldest of all again. */
    void bringBackAside() {
        while (!aside.isEmpty()) {
            OutgoingFlow last = Objects.requireNonNull(aside.last());
            aside.remove(last);
            inOrder.addFirst(last);
        }
    }

    /** The Session is gone, and nothing stands at the Server any more. */
    void wakeResting() {
        if (resting != null) {
            resting.stream().forEach(identifiers::release);
            resting = null;
        }
    }

    // ---- what was stored

    void recover(SequencesReserved reserved) {
        reservedSequences = Math.max(reservedSequences, reserved.upTo());
        lastSequence = Math.max(lastSequence, reserved.upTo());
    }

    void recover(OutgoingAccepted accepted, OutgoingFlow flow) {
        OutgoingFlow before = inOrder.last();
        if (accepted.sequence() <= 0
                || flow.message().qos() == Qos.AT_MOST_ONCE
                || (before != null && before.sequence >= accepted.sequence())) {
            throw new IllegalArgumentException("not the next message: " + accepted.sequence());
        }
        lastSequence = Math.max(lastSequence, accepted.sequence());
        lastRecovered = Math.max(lastRecovered, accepted.sequence());
        flow.startAnew();
        flow.sequence = accepted.sequence();
        context.receipts.recovered(flow.sequence, flow);
        long ageMillis = Math.max(0, context.epochMillis() - accepted.acceptedAtMillis()); // a clock may have gone back
        long ageNanos = TimeUnit.MILLISECONDS.toNanos(Math.min(ageMillis, OLDEST_MILLIS));
        startWaiting(flow, context.nowNanos - ageNanos, inOrder);
        rewind();
    }

    void recover(OutgoingAssigned assigned) {
        OutgoingFlow flow = latest(assigned.sequence());
        if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER
                || inFlight.get(assigned.packetIdentifier()) != null) {
            throw new IllegalArgumentException("assigned twice: " + assigned);
        }
        identifiers.reserve(assigned.packetIdentifier());
        putInFlight(flow, assigned.packetIdentifier());
    }

    void recover(OutgoingReleased recovered) {
        OutgoingFlow flow = latest(recovered.sequence());
        if (flow.stage != Stage.AWAITING_PUBREC) {
            throw new IllegalArgumentException("released, but not in flight: " + recovered.sequence());
        }
        inOrder.remove(flow);
        flow.stage = Stage.AWAITING_PUBCOMP;
        released.addLast(flow);
        rewind();
    }

    private OutgoingFlow latest(long sequence) {
        OutgoingFlow flow = inOrder.last();
        if (flow == null || flow.sequence != sequence) {
            throw new IllegalArgumentException("not the message before: " + sequence);
        }
        return flow;
    }

    void describeSequences(Consumer<? super SessionChange> target) {
        long used = Math.max(reservedSequences, lastSequence);
        if (used > 0) {
            target.accept(new SequencesReserved(used));
        }
    }

    void describe(Consumer<? super SessionChange> target) {
        context.receipts.describe(List.of(released, aside, inOrder), target);
        for (OutgoingFlow flow = released.first(); flow != null; flow = flow.next) {
            target.accept(accepted(flow));
            target.accept(new OutgoingAssigned(flow.sequence, flow.packetIdentifier()));
            target.accept(new OutgoingReleased(flow.sequence));
        }
        describe(aside, target);
        describe(inOrder, target);
    }

    private void describe(FlowList list, Consumer<? super SessionChange> target) {
        for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
            target.accept(accepted(flow));
            if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
                target.accept(new OutgoingAssigned(flow.sequence, flow.packetIdentifier()));
            }
        }
    }

    // ---- the end

    void discard(OutgoingFlow flow, FlowList list) {
        if (flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER) {
            queue.left(flow);
        }
        list.remove(flow);
        finish(flow);
    }

    private void complete(OutgoingFlow flow) {
        flow.stage = Stage.DONE;
        if (flow.keepsReceipt()) {
            context.receipts.ended(flow);
        } else if (context.durable) { // may lag: a crash costs a repeat that the protocol absorbs
            context.persist(new OutgoingCompleted(flow.sequence));
        }
    }
}
