package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.ConnectOptions.SessionLossPolicy;
import io.reactivemqtt.LimitExceededException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.OutcomeUnknownException;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ProtocolViolationException;
import io.reactivemqtt.Qos;
import io.reactivemqtt.QueueFullException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.RequestRefusedException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.OutgoingFlow.Stage;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to the Server: those that wait, and those in flight.
 *
 * <table>
 * <caption>What an acknowledgement does to a flow</caption>
 * <tr><th>stage</th><th>PUBACK</th><th>PUBREC</th><th>PUBREC 0x80 or above</th><th>PUBCOMP</th></tr>
 * <tr><td>AWAITING_PUBACK</td><td>done</td><td>error</td><td>error</td><td>error</td></tr>
 * <tr><td>AWAITING_PUBREC</td><td>error</td><td>AWAITING_PUBCOMP, PUBREL</td><td>failed</td><td>error</td></tr>
 * <tr><td>AWAITING_PUBCOMP</td><td>error</td><td>PUBREL again</td><td>error</td><td>done</td></tr>
 * <tr><td>no such flow</td><td>nothing</td><td>PUBREL 0x92</td><td>nothing</td><td>nothing</td></tr>
 * </table>
 *
 * <p>An error closes the connection with 0x82. A message never changes its place in the log: the log is the original order
 * that a repeat keeps [MQTT-4.6.0-1]. From PUBREC on, a flow stands in the order of the PUBRECs instead [MQTT-4.6.0-4].
 */
final class OutgoingFlows {

    private final Outbox outbox;
    private final PacketIdentifiers identifiers;
    private final OutgoingQueue queue;
    private final ProtocolVersion version;

    /** QoS 1 and 2 in original order: first what has a Packet Identifier, then what waits for one. */
    private final FlowList log = new FlowList();

    /** QoS 2 from PUBREC on, in the order of the PUBRECs. */
    private final FlowList released = new FlowList();

    /** QoS 0 that could not leave at once. */
    private final FlowList unsent = new FlowList();

    private final IdentifierTable<OutgoingFlow> inFlight = new IdentifierTable<>();

    /** What may not be sent again, but may stand at the Server: the identifiers rest until the Session ends. */
    private final IdentifierTable<OutgoingFlow> resting = new IdentifierTable<>();

    /** The first flow of the log that was not sent on this connection; all after it were not either. */
    private @Nullable OutgoingFlow nextToSend;

    private @Nullable Connected connected;
    private boolean writable = true;
    private long lastSequence;

    OutgoingFlows(ConnectOptions options, Outbox outbox, PacketIdentifiers identifiers) {
        this.outbox = outbox;
        this.identifiers = identifiers;
        this.queue = new OutgoingQueue(options);
        this.version = options.protocolVersion();
    }

    // ---- wishes

    void publish(OutgoingFlow flow) {
        LimitExceededException refusal = refusal(flow.message());
        if (refusal != null) {
            outbox.outputs.publishFailed(flow, refusal);
        } else if (flow.message().qos() == Qos.AT_MOST_ONCE) {
            publishAtMostOnce(flow);
        } else {
            publishWithFlow(flow);
        }
    }

    private void publishAtMostOnce(OutgoingFlow flow) {
        if (connected != null && writable && unsent.isEmpty()) {
            sendAtMostOnce(flow, connected);
        } else if (makeRoom(flow)) {
            enter(flow, unsent);
        }
    }

    private void publishWithFlow(OutgoingFlow flow) {
        boolean leavesAtOnce = connected != null && writable && nextToSend == null && connected.sendQuota > 0;
        if (!leavesAtOnce && !makeRoom(flow)) {
            return;
        }
        enter(flow, log);
        if (outbox.durable) {
            outbox.persist(new OutgoingAccepted(flow.sequence, flow.message()));
        }
        if (nextToSend == null) {
            nextToSend = flow;
        }
        if (leavesAtOnce) {
            sendWaiting();
        }
    }

    private void enter(OutgoingFlow flow, FlowList list) {
        flow.sequence = ++lastSequence;
        flow.stage = Stage.WAITING;
        list.addLast(flow);
        queue.entered(flow);
    }

    /** Makes room for {@code flow}, or fails it. */
    private boolean makeRoom(OutgoingFlow flow) {
        if (queue.dropsOldest() && queue.couldEverTake(flow)) {
            OutgoingFlow oldest = oldestWaiting();
            while (oldest != null && !queue.hasRoomFor(flow)) {
                forgetWaiting(oldest);
                report(oldest, new QueueFullException(queue.bounds() + ", and this message waited longest"));
                oldest = oldestWaiting();
            }
        }
        if (queue.hasRoomFor(flow)) {
            return true;
        }
        outbox.outputs.publishFailed(flow, new QueueFullException(queue.bounds()));
        return false;
    }

    private @Nullable OutgoingFlow oldestWaiting() {
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

    /** The caller of {@code flow} has left: what was not sent yet never is, and nobody wants to hear of the rest. */
    void withdraw(OutgoingFlow flow) {
        flow.abandoned = true;
        if (flow.stage == Stage.WAITING && flow.packetIdentifier == Packet.NO_PACKET_IDENTIFIER) {
            forgetWaiting(flow);
        }
    }

    void withdrawIf(Predicate<? super OutgoingFlow> of) {
        for (FlowList list : lists()) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                if (of.test(flow)) {
                    withdraw(flow);
                }
                flow = following;
            }
        }
    }

    private void forgetWaiting(OutgoingFlow flow) {
        queue.left(flow);
        if (flow.message().qos() == Qos.AT_MOST_ONCE) {
            unsent.remove(flow);
            flow.stage = Stage.DONE;
        } else {
            leaveLog(flow);
            finish(flow);
        }
    }

    // ---- facts

    /** Sends again what was not acknowledged: PUBREL in the order of the PUBRECs, PUBLISH in the original order. */
    void onConnected(Connected connection) {
        connected = connection;
        nextToSend = log.first();
        connection.sendQuota -= released.size();
        for (OutgoingFlow flow = released.first(); flow != null; flow = flow.next) {
            flow.connectionNumber = connection.number;
            outbox.send(new PubRel(flow.packetIdentifier, ReasonCode.SUCCESS));
        }
        sendWaiting();
    }

    void onConnectionEnded() {
        connected = null;
        nextToSend = log.first();
        writable = true;
    }

    void onWritabilityChanged(boolean isWritable) {
        writable = isWritable;
        if (isWritable) {
            sendWaiting();
        }
    }

    void onPubAck(PubAck pubAck) {
        OutgoingFlow flow = inFlight.get(pubAck.packetIdentifier());
        if (flow == null) {
            return; // a Server that acknowledges twice does no harm
        }
        requireStage(flow, Stage.AWAITING_PUBACK, pubAck);
        leaveLog(flow);
        end(flow, "PUBLISH", pubAck);
    }

    /** A PUBREC ends the PUBLISH half of a QoS 2 flow: from here on only the PUBREL is ever sent again. */
    void onPubRec(PubRec pubRec) {
        OutgoingFlow flow = inFlight.get(pubRec.packetIdentifier());
        if (flow == null) {
            if (!pubRec.reasonCode().isError()) { // the Server kept a flow that this session has lost
                outbox.send(new PubRel(pubRec.packetIdentifier(), outbox.packetIdentifierNotFound));
            }
        } else if (flow.stage == Stage.AWAITING_PUBCOMP && !pubRec.reasonCode().isError()) {
            outbox.send(new PubRel(flow.packetIdentifier, ReasonCode.SUCCESS)); // a repeated PUBREC
        } else {
            requireStage(flow, Stage.AWAITING_PUBREC, pubRec);
            leaveLog(flow);
            if (pubRec.reasonCode().isError()) {
                end(flow, "PUBLISH", pubRec); // [MQTT-4.4.0-2]
            } else {
                release(flow);
            }
        }
    }

    private void release(OutgoingFlow flow) {
        flow.stage = Stage.AWAITING_PUBCOMP;
        released.addLast(flow);
        countOnThisConnection(flow);
        if (outbox.durable) {
            outbox.persist(new OutgoingReleased(flow.sequence)); // so that no restart sends the PUBLISH [MQTT-4.3.3-6]
        }
        outbox.send(new PubRel(flow.packetIdentifier, ReasonCode.SUCCESS)); // [MQTT-4.3.3-4]
    }

    void onPubComp(PubComp pubComp) {
        OutgoingFlow flow = inFlight.get(pubComp.packetIdentifier());
        if (flow == null) {
            return; // the answer to a PUBREL with 0x92
        }
        requireStage(flow, Stage.AWAITING_PUBCOMP, pubComp);
        released.remove(flow);
        // 0x92 too: the Server had taken the message over, and has finished with it
        end(flow, "PUBREL", new PubComp(flow.packetIdentifier, ReasonCode.SUCCESS));
    }

    private static void requireStage(OutgoingFlow flow, Stage stage, Acknowledgement acknowledgement) {
        if (flow.stage != stage) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "the Server sent " + acknowledgement.type() + " for Packet Identifier "
                            + acknowledgement.packetIdentifier() + ", which is " + flow.stage);
        }
    }

    /** Ends a flow that the Server has answered for the last time; its identifier and its place in the window are free. */
    private void end(OutgoingFlow flow, String packet, Acknowledgement answer) {
        Connected connection = connected;
        if (connection != null && flow.connectionNumber == connection.number) {
            connection.sendQuota++;
        }
        finish(flow);
        if (answer.reasonCode().isError()) {
            report(flow, new RequestRefusedException(packet, answer.reasonCode(), answer.reasonString()));
        } else if (!flow.abandoned) {
            outbox.outputs.published(flow, answer);
        }
        if (nextToSend != null) {
            sendWaiting();
        }
    }

    // ---- the end of a Session

    /** What became of messages whose Session is gone. */
    record Lost(int completed, int unknown) {}

    /**
     * The Server has no Session any more: what it had taken over is delivered, what else was sent goes by {@code policy}, and
     * what was never sent still waits.
     */
    Lost onSessionLost(SessionLossPolicy policy) {
        int completed = released.size();
        while (!released.isEmpty()) {
            OutgoingFlow flow = released.removeFirst();
            finish(flow);
            if (!flow.abandoned) {
                outbox.outputs.published(flow, null);
            }
        }
        int unknown = 0;
        OutgoingFlow flow = log.first();
        while (flow != null) {
            OutgoingFlow following = flow.next;
            if (flow.packetIdentifier != Packet.NO_PACKET_IDENTIFIER) {
                unknown++;
                lose(flow, policy);
            }
            flow = following;
        }
        nextToSend = log.first();
        wakeResting();
        return new Lost(completed, unknown);
    }

    private void wakeResting() {
        resting.forEach((packetIdentifier, flow) -> identifiers.release(packetIdentifier));
        resting.clear();
    }

    private void lose(OutgoingFlow flow, SessionLossPolicy policy) {
        if (policy == SessionLossPolicy.REPUBLISH) {
            inFlight.remove(flow.packetIdentifier);
            identifiers.release(flow.packetIdentifier);
            flow.packetIdentifier = Packet.NO_PACKET_IDENTIFIER;
            flow.stage = Stage.WAITING;
            flow.sentBefore = false; // in the new Session it is a new message
            flow.possibleRepeat = true;
            queue.entered(flow);
            if (outbox.durable) {
                outbox.persist(new OutgoingUnassigned(flow.sequence));
            }
            return;
        }
        leaveLog(flow);
        finish(flow);
        if (policy == SessionLossPolicy.DROP && !flow.abandoned) {
            outbox.outputs.publishForgotten(flow);
        } else {
            report(
                    flow,
                    new OutcomeUnknownException(
                            "the message to " + flow.message().topicName()
                                    + " was sent, but the Session was lost before it was acknowledged"));
        }
    }

    /** There will be no connection: everybody who waits is told. The messages stay if the Session goes on. */
    void onClosed(boolean sessionGoesOn, MqttException cause) {
        for (FlowList list : lists()) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                report(flow, cause);
                flow.abandoned = true;
                if (list == unsent) {
                    forgetWaiting(flow);
                } else if (!sessionGoesOn) {
                    discard(flow, list);
                }
                flow = following;
            }
        }
        if (!sessionGoesOn) {
            wakeResting();
        }
        nextToSend = log.first();
    }

    private List<FlowList> lists() {
        return List.of(released, log, unsent);
    }

    private void discard(OutgoingFlow flow, FlowList list) {
        if (flow.packetIdentifier == Packet.NO_PACKET_IDENTIFIER) {
            queue.left(flow);
        }
        list.remove(flow);
        finish(flow);
    }

    // ---- reads

    boolean isIdle() {
        return log.isEmpty() && released.isEmpty() && unsent.isEmpty();
    }

    int inFlight() {
        return inFlight.size();
    }

    int releases() {
        return released.size();
    }

    int publishesInFlight() {
        return inFlight.size() - released.size();
    }

    int waiting() {
        return queue.messages();
    }

    int sendWindow() {
        return connected == null ? Integer.MAX_VALUE : connected.limits.receiveMaximum();
    }

    int queueRoom() {
        return queue.room();
    }

    // ---- sending

    private void sendWaiting() {
        Connected connection = connected;
        if (connection == null) {
            return;
        }
        while (writable && !unsent.isEmpty()) { // QoS 0 is not held back by the quota [MQTT-3.3.4-8]
            OutgoingFlow flow = unsent.removeFirst();
            queue.left(flow);
            sendAtMostOnce(flow, connection);
        }
        while (writable && nextToSend != null && connection.sendQuota > 0) {
            OutgoingFlow flow = nextToSend;
            if (!sendNext(flow, connection)) {
                return;
            }
        }
    }

    /** Sends the next flow or fails it; false if there is no Packet Identifier for it. */
    private boolean sendNext(OutgoingFlow flow, Connected connection) {
        boolean first = flow.packetIdentifier == Packet.NO_PACKET_IDENTIFIER;
        int packetIdentifier = first ? identifiers.takeForMessage() : flow.packetIdentifier;
        if (packetIdentifier == PacketIdentifiers.NONE) {
            return false;
        }
        Publish publish = new Publish(flow.message(), packetIdentifier, flow.sentBefore); // [MQTT-3.3.1-1]
        LimitExceededException refusal = refusal(publish, connection);
        if (refusal != null) {
            if (first) {
                identifiers.release(packetIdentifier);
                forgetWaiting(flow);
                report(flow, refusal);
            } else {
                leaveLog(flow);
                inFlight.remove(packetIdentifier);
                resting.put(packetIdentifier, flow);
                complete(flow);
                report(
                        flow,
                        new OutcomeUnknownException("the message to "
                                + flow.message().topicName()
                                + " was sent, not acknowledged, and may not be sent again: " + refusal.getMessage()));
            }
            return true;
        }
        nextToSend = flow.next;
        if (first) {
            queue.left(flow);
            flow.packetIdentifier = packetIdentifier;
            flow.stage = flow.message().qos() == Qos.AT_LEAST_ONCE ? Stage.AWAITING_PUBACK : Stage.AWAITING_PUBREC;
            inFlight.put(packetIdentifier, flow);
            if (outbox.durable) {
                outbox.persist(new OutgoingAssigned(flow.sequence, packetIdentifier));
            }
        }
        flow.sentBefore = true;
        countOnThisConnection(flow);
        outbox.send(publish);
        return true;
    }

    private void sendAtMostOnce(OutgoingFlow flow, Connected connection) {
        Publish publish = new Publish(flow.message(), Packet.NO_PACKET_IDENTIFIER, false);
        LimitExceededException refusal = refusal(publish, connection);
        flow.stage = Stage.DONE;
        if (refusal != null) {
            report(flow, refusal);
            return;
        }
        outbox.send(publish);
        if (!flow.abandoned) {
            outbox.outputs.published(flow, null);
        }
    }

    /** What the version of MQTT in use, or the Server if it is known, does not take, size aside. */
    private @Nullable LimitExceededException refusal(ApplicationMessage message) {
        if (version == ProtocolVersion.MQTT_3_1_1 && !message.properties().isEmpty()) {
            return new LimitExceededException(
                    "MQTT 3.1.1 has no way to say the properties of a message to " + message.topicName(), null);
        }
        return connected == null ? null : connected.limits.refusal(message);
    }

    /** Limits may have changed since the message was accepted, so all are looked at again. */
    private @Nullable LimitExceededException refusal(Publish publish, Connected connection) {
        LimitExceededException refusal = connection.limits.refusal(publish.message());
        if (refusal == null && connection.limits.limitsPacketSize()) {
            refusal = connection.limits.refusal(outbox.encodedLength(publish));
        }
        return refusal;
    }

    // ---- book-keeping

    private void countOnThisConnection(OutgoingFlow flow) {
        Connected connection = connected;
        if (connection != null && flow.connectionNumber != connection.number) {
            flow.connectionNumber = connection.number;
            connection.sendQuota--;
        }
    }

    private void leaveLog(OutgoingFlow flow) {
        if (flow == nextToSend) {
            nextToSend = flow.next;
        }
        log.remove(flow);
    }

    /** Nothing of {@code flow}, which stands in no list any more, is needed: its identifier is free. */
    private void finish(OutgoingFlow flow) {
        if (flow.packetIdentifier != Packet.NO_PACKET_IDENTIFIER) {
            inFlight.remove(flow.packetIdentifier);
            identifiers.release(flow.packetIdentifier);
        }
        complete(flow);
    }

    private void complete(OutgoingFlow flow) {
        flow.stage = Stage.DONE;
        if (outbox.durable) {
            outbox.persist(
                    new OutgoingCompleted(flow.sequence)); // may lag: a crash costs a repeat that the protocol absorbs
        }
    }

    private void report(OutgoingFlow flow, MqttException cause) {
        if (!flow.abandoned) {
            outbox.outputs.publishFailed(flow, cause);
        }
    }
}
