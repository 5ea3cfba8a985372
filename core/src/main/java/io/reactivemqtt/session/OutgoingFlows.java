package io.reactivemqtt.session;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.IfOffline;
import io.reactivemqtt.client.StuckMessagePolicy;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.session.OutgoingFlow.Stage;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import java.util.Objects;
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

    private final SessionContext context;
    private final OutgoingLog log;
    private final WaitingMessages waiting;
    private final OutgoingSender sender;
    private final OutgoingEndings endings;

    private @Nullable StuckMessage stuck; // until a connection is lost
    private final @Nullable StuckMessagePolicy stuckPolicy;

    OutgoingFlows(ClientOptions options, SessionContext context, PacketIdentifiers identifiers) {
        this.context = context;
        this.log = new OutgoingLog(options.queue(), context, identifiers);
        this.waiting = new WaitingMessages(context, log);
        this.endings = new OutgoingEndings(context, log, waiting);
        this.sender = new OutgoingSender(context, identifiers, log, waiting, endings);
        this.stuckPolicy = options.session().stuckMessages();
    }

    // ---- wishes

    void publish(OutgoingFlow flow) {
        LimitExceededException refusal = sender.refusal(flow.message());
        if (refusal != null) {
            refuse(flow, refusal);
        } else if (context.connection == null && flow.options().ifOffline() == IfOffline.FAIL) {
            context.outputs.publishFailed(
                    flow, NotSentException.offline(flow.message().topicName()));
        } else if (flow.message().qos() == Qos.AT_MOST_ONCE) {
            publishAtMostOnce(flow);
        } else {
            publishWithFlow(flow);
        }
    }

    private void refuse(OutgoingFlow flow, MqttException refusal) {
        if (flow.isOwed()) {
            log.enter(flow, log.inOrder);
            waiting.giveUp(flow, refusal);
        } else {
            context.outputs.publishFailed(flow, refusal);
        }
    }

    private void publishAtMostOnce(OutgoingFlow flow) {
        Connection connection = context.connection;
        if (connection != null && connection.writable && log.unsent.isEmpty()) {
            replace(log.queue.olderOf(flow));
            sender.sendAtMostOnce(flow);
        } else if (waiting.makeRoom(flow)) {
            enter(flow, log.unsent);
        }
    }

    /** The older one of the same key leaves behind this one, so that no crash costs both. */
    private void enter(OutgoingFlow flow, FlowList list) {
        OutgoingFlow older = log.queue.olderOf(flow);
        log.enter(flow, list);
        replace(older);
    }

    private void replace(@Nullable OutgoingFlow older) {
        if (older != null) {
            waiting.replace(older);
        }
    }

    private void publishWithFlow(OutgoingFlow flow) {
        boolean leavesAtOnce = sender.sendsAtOnce();
        if (!leavesAtOnce && !flow.isOwed() && !waiting.makeRoom(flow)) {
            return;
        }
        enter(flow, log.inOrder);
        if (log.nextToSend == null) {
            log.nextToSend = flow;
        }
        if (leavesAtOnce) {
            sender.sendWaiting();
        }
    }

    /** The caller of {@code flow} has left: what was not sent yet never is, and nobody wants to hear of the rest. */
    void withdraw(OutgoingFlow flow) {
        flow.abandoned = true;
        if (flow.stage == Stage.WAITING && flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER) {
            log.forgetWaiting(flow);
        }
    }

    void withdrawIf(Predicate<? super OutgoingFlow> of) {
        for (FlowList list : log.lists()) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                if (of.test(flow)) {
                    withdraw(flow);
                }
                flow = following;
            }
        }
    }

    // ---- facts

    /** Sends again what was not acknowledged: PUBREL in the order of the PUBRECs, PUBLISH in the original order. */
    void onConnected(Connection connection) {
        sender.onConnected(connection);
        log.bringBackIfItIsTime();
        log.rewind();
        connection.sendQuota -= log.released.size();
        if (stuck != null) {
            stuck.onConnected(connection, context.nowNanos);
        }
        for (OutgoingFlow flow = log.released.first(); flow != null; flow = flow.next) {
            flow.connectionNumber = connection.number;
            context.send(PacketType.PUBREL, flow.packetIdentifier(), ReasonCode.SUCCESS);
        }
        sender.sendWaiting();
    }

    /** Time has passed. */
    void onTime() {
        waiting.expire();
        Connection connection = context.connection;
        if (connection != null && connection.endQuiet(context.nowNanos)) {
            sender.sendWaiting();
        }
    }

    /** {@code connection} has ended, and nobody wished so; {@code broken} if its transport broke. */
    void onConnectionLost(Connection connection, boolean broken) {
        if (isStuck(connection, broken)) {
            stop(Objects.requireNonNull(log.inOrder.first()));
        }
    }

    /** The connection, or the attempt to have one, has ended. */
    void onConnectionEnded() {
        log.rewind();
    }

    private boolean isStuck(Connection connection, boolean broken) {
        StuckMessage known = stuck;
        if (known == null) {
            known = new StuckMessage();
            stuck = known;
        }
        return known.onLost(connection, log.inOrder.first(), broken, context.nowNanos);
    }

    /** The Server closes on {@code flow}: it stands aside, or fails, so that the rest goes on. */
    private void stop(OutgoingFlow flow) {
        boolean kept = stuckPolicy == null ? context.isStored : stuckPolicy == StuckMessagePolicy.KEEP;
        context.outputs.emit(new ClientEvent.MessageStuck(
                flow.sequence, flow.message().topicName(), flow.message().qos(), kept));
        if (kept) {
            log.setAside(flow);
        } else {
            endings.giveUp(
                    flow, "the connections on which it was sent ended at once, in a row: the Server does not take it");
        }
    }

    /** The transport takes more again. */
    void onWritable() {
        sender.sendWaiting();
    }

    /**
     * A PUBACK came.
     *
     * @param answer what it said, or null if that was no more than that all went well; so in the methods that follow
     */
    void onPubAck(int packetIdentifier, @Nullable Acknowledgement answer) {
        OutgoingFlow flow = log.get(packetIdentifier);
        if (flow == null) {
            return; // a Server that acknowledges twice does no harm
        }
        requireStage(flow, Stage.AWAITING_PUBACK, PacketType.PUBACK);
        log.leave(flow);
        end(flow, "PUBLISH", answer);
    }

    /** A PUBREC ends the PUBLISH half of a QoS 2 flow: from here on only the PUBREL is ever sent again. */
    void onPubRec(int packetIdentifier, @Nullable Acknowledgement answer) {
        OutgoingFlow flow = log.get(packetIdentifier);
        boolean refused = isError(answer);
        if (flow == null) {
            if (!refused) { // the Server kept a flow that this session has lost
                context.send(PacketType.PUBREL, packetIdentifier, context.packetIdentifierNotFound());
            }
        } else if (flow.stage == Stage.AWAITING_PUBCOMP && !refused) {
            context.send(PacketType.PUBREL, packetIdentifier, ReasonCode.SUCCESS); // a repeated PUBREC
        } else {
            requireStage(flow, Stage.AWAITING_PUBREC, PacketType.PUBREC);
            log.leave(flow);
            if (refused) {
                end(flow, "PUBLISH", answer); // [MQTT-4.4.0-2]
            } else {
                if (answer != null && answer.reasonCode() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                    flow.markUnmatched();
                }
                release(flow);
            }
        }
    }

    private static boolean isError(@Nullable Acknowledgement answer) {
        return answer != null && answer.reasonCode().isError();
    }

    private void release(OutgoingFlow flow) {
        flow.stage = Stage.AWAITING_PUBCOMP;
        log.released.addLast(flow);
        sender.count(flow);
        if (context.durable) {
            context.persist(new OutgoingReleased(flow.sequence)); // so that no restart sends the PUBLISH [MQTT-4.3.3-6]
        }
        context.send(PacketType.PUBREL, flow.packetIdentifier(), ReasonCode.SUCCESS); // [MQTT-4.3.3-4]
    }

    /** A PUBCOMP came. 0x92 is as good as 0: the Server had taken the message over, and has finished with it. */
    void onPubComp(int packetIdentifier, @Nullable Acknowledgement answer) {
        OutgoingFlow flow = log.get(packetIdentifier);
        if (flow == null) {
            return; // the answer to a PUBREL with 0x92
        }
        requireStage(flow, Stage.AWAITING_PUBCOMP, PacketType.PUBCOMP);
        log.released.remove(flow);
        end(flow, "PUBREL", flow.lastWord(answer));
    }

    private static void requireStage(OutgoingFlow flow, Stage stage, PacketType acknowledgement) {
        if (flow.stage != stage) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "the Server sent " + acknowledgement + " for Packet Identifier " + flow.packetIdentifier()
                            + ", which is " + flow.stage);
        }
    }

    /** Ends a flow that the Server has answered for the last time; its identifier and its place in the window are free. */
    private void end(OutgoingFlow flow, String packet, @Nullable Acknowledgement answer) {
        Connection connection = context.connection;
        if (connection != null && flow.connectionNumber == connection.number) {
            connection.freed();
        }
        log.finish(flow);
        if (answer != null && answer.reasonCode().isError()) {
            context.reportFailed(flow, new RequestRefusedException(packet, answer.reasonCode(), answer.reasonString()));
        } else {
            context.reportPublished(flow, answer);
        }
        if (log.nextToSend != null) {
            sender.sendWaiting();
        }
    }

    // ---- reads

    OutgoingLog log() {
        return log;
    }

    WaitingMessages waiting() {
        return waiting;
    }

    OutgoingEndings endings() {
        return endings;
    }

    boolean hasRecovered() {
        OutgoingFlow flow = log.inOrder.first();
        return flow != null && log.isRecovered(flow);
    }

    boolean isIdle() {
        return log.isIdle();
    }

    int inFlight() {
        return log.inFlight();
    }

    /** Returns when the oldest message in flight was accepted, or {@link KeepAlive#NONE}. */
    long oldestNanos() {
        return Math.min(acceptedNanos(log.inOrder), Math.min(acceptedNanos(log.released), acceptedNanos(log.aside)));
    }

    private static long acceptedNanos(FlowList list) {
        OutgoingFlow first = list.first();
        return first == null || first.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER
                ? KeepAlive.NONE
                : first.acceptedNanos;
    }

    int releases() {
        return log.released.size();
    }

    int publishesInFlight() {
        return log.inFlight() - log.released.size();
    }

    int sendWindow() {
        Connection connection = context.connection;
        return connection == null ? Integer.MAX_VALUE : connection.limits.receiveMaximum();
    }
}
