package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.client.StuckMessagePolicy;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.OutgoingFlow.Stage;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
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
    private final PacketIdentifiers identifiers;
    private final OutgoingLog log;
    private final ProtocolVersion version;

    private @Nullable StuckMessage stuck; // until a connection is lost
    private final @Nullable StuckMessagePolicy stuckPolicy;

    OutgoingFlows(ClientOptions options, SessionContext context, PacketIdentifiers identifiers) {
        this.context = context;
        this.identifiers = identifiers;
        this.log = new OutgoingLog(options.queue(), context, identifiers);
        this.version = options.session().protocolVersion();
        this.stuckPolicy = options.session().stuckMessages();
    }

    // ---- wishes

    void publish(OutgoingFlow flow) {
        LimitExceededException refusal = refusal(flow.message());
        if (refusal != null) {
            context.outputs.publishFailed(flow, refusal);
        } else if (flow.message().qos() == Qos.AT_MOST_ONCE) {
            publishAtMostOnce(flow);
        } else {
            publishWithFlow(flow);
        }
    }

    private void publishAtMostOnce(OutgoingFlow flow) {
        Connection connection = context.connection;
        if (connection != null && connection.writable && log.unsent.isEmpty()) {
            sendAtMostOnce(flow, connection);
        } else if (makeRoom(flow)) {
            log.enter(flow, log.unsent);
        }
    }

    private void publishWithFlow(OutgoingFlow flow) {
        Connection connection = context.connection;
        boolean leavesAtOnce =
                connection != null && connection.writable && log.nextToSend == null && connection.sendQuota > 0;
        if (!leavesAtOnce && !makeRoom(flow)) {
            return;
        }
        log.enter(flow, log.inOrder);
        if (log.nextToSend == null) {
            log.nextToSend = flow;
        }
        if (leavesAtOnce) {
            sendWaiting();
        }
    }

    /** Makes room for {@code flow}, or fails it. */
    private boolean makeRoom(OutgoingFlow flow) {
        if (log.queue.dropsOldest() && log.queue.couldEverTake(flow)) {
            OutgoingFlow oldest = log.oldestWaiting();
            while (oldest != null && !log.queue.hasRoomFor(flow)) {
                log.forgetWaiting(oldest);
                report(oldest, new QueueFullException(log.queue.bounds() + ", and this message waited longest"));
                oldest = log.oldestWaiting();
            }
        }
        if (log.queue.hasRoomFor(flow)) {
            return true;
        }
        context.outputs.publishFailed(flow, new QueueFullException(log.queue.bounds()));
        return false;
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
        log.bringBackIfItIsTime();
        log.rewind();
        connection.sendQuota -= log.released.size();
        if (stuck != null && stuck.isNearlySure()) {
            connection.beginWithOne();
        }
        for (OutgoingFlow flow = log.released.first(); flow != null; flow = flow.next) {
            flow.connectionNumber = connection.number;
            context.send(PacketType.PUBREL, flow.packetIdentifier(), ReasonCode.SUCCESS);
        }
        sendWaiting();
    }

    /** {@code connection} has ended, and nobody wished so. */
    void onConnectionLost(Connection connection) {
        if (isStuck(connection)) {
            stop(Objects.requireNonNull(log.inOrder.first()));
        }
    }

    /** The connection, or the attempt to have one, has ended. */
    void onConnectionEnded() {
        log.rewind();
    }

    private boolean isStuck(Connection connection) {
        StuckMessage known = stuck;
        if (known == null) {
            known = new StuckMessage();
            stuck = known;
        }
        return known.onLost(connection, log.inOrder.first(), context.nowNanos);
    }

    /** The Server closes on {@code flow}: it stands aside, or fails, so that the rest goes on. */
    private void stop(OutgoingFlow flow) {
        boolean kept = stuckPolicy == null ? context.isStored : stuckPolicy == StuckMessagePolicy.KEEP;
        context.outputs.emit(new ClientEvent.MessageStuck(
                flow.sequence, flow.message().topicName(), flow.message().qos(), kept));
        if (kept) {
            log.setAside(flow);
        } else {
            giveUp(flow, "three connections in a row ended at once when it was sent: the Server does not take it");
        }
    }

    /** Ends a flow that was sent: its identifier may stand at the Server, and rests until the Session ends. */
    private void giveUp(OutgoingFlow flow, String why) {
        log.rest(flow);
        report(
                flow,
                new OutcomeUnknownException("the message to " + flow.message().topicName()
                        + " was sent, not acknowledged, and is given up: " + why));
    }

    /** Gives up the message of {@code sequence}, wherever it is on its way; false if there is none that PUBREC has not answered. */
    boolean withdraw(long sequence) {
        for (FlowList list : List.of(log.aside, log.inOrder, log.unsent)) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (flow.sequence == sequence) {
                    if (flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER) {
                        log.forgetWaiting(flow);
                        report(
                                flow,
                                new OutcomeUnknownException("the message to "
                                        + flow.message().topicName() + " was withdrawn, and never sent"));
                    } else {
                        giveUp(flow, "it was withdrawn");
                    }
                    return true;
                }
            }
        }
        return false;
    }

    /** The transport takes more again. */
    void onWritable() {
        sendWaiting();
    }

    /** What has waited beyond its Message Expiry Interval is not sent any more. */
    void expire() {
        OutgoingFlow flow = log.queue.nextToExpire();
        while (flow != null && flow.hasExpired(context.nowNanos)) {
            expire(flow);
            flow = log.queue.nextToExpire();
        }
    }

    private void expire(OutgoingFlow flow) {
        log.forgetWaiting(flow);
        report(flow, new MessageExpiredException(flow.message().topicName()));
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
                context.send(PacketType.PUBREL, packetIdentifier, context.packetIdentifierNotFound);
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
        countOnThisConnection(flow);
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
        end(flow, "PUBREL", lastWord(flow, answer));
    }

    /** The code is that of the PUBREC, for it is the one that says what became of the message; words are those of the PUBCOMP. */
    private static @Nullable Acknowledgement lastWord(OutgoingFlow flow, @Nullable Acknowledgement pubComp) {
        int packetIdentifier = flow.packetIdentifier();
        if (!flow.isUnmatched()) {
            return pubComp == null
                    ? null
                    : new PubComp(
                            packetIdentifier, ReasonCode.SUCCESS, pubComp.reasonString(), pubComp.userProperties());
        }
        return new PubRec(
                packetIdentifier,
                ReasonCode.NO_MATCHING_SUBSCRIBERS,
                pubComp == null ? null : pubComp.reasonString(),
                pubComp == null ? UserProperties.EMPTY : pubComp.userProperties());
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
            report(flow, new RequestRefusedException(packet, answer.reasonCode(), answer.reasonString()));
        } else if (!flow.abandoned) {
            context.outputs.published(flow, answer);
        }
        if (log.nextToSend != null) {
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
        int completed = log.released.size();
        while (!log.released.isEmpty()) {
            OutgoingFlow flow = log.released.removeFirst();
            Acknowledgement lastWord = lastWord(flow, null); // while it has its identifier
            log.finish(flow);
            if (!flow.abandoned) {
                context.outputs.published(flow, lastWord);
            }
        }
        int unknown = 0;
        log.bringBackAside(); // a new Session may take what the old one did not
        OutgoingFlow flow = log.inOrder.first();
        while (flow != null) {
            OutgoingFlow following = flow.next;
            if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
                unknown++;
                lose(flow, policy);
            }
            flow = following;
        }
        log.rewind();
        log.wakeResting();
        return new Lost(completed, unknown);
    }

    /** The Session has expired: what was sent in it is given up, because of {@code cause}. */
    void onSessionExpired(MqttException cause) {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder)) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
                    log.discard(flow, list);
                    report(flow, cause);
                }
                flow = following;
            }
        }
        log.wakeResting();
        log.rewind();
    }

    private void lose(OutgoingFlow flow, SessionLossPolicy policy) {
        if (policy == SessionLossPolicy.REPUBLISH) {
            log.unassign(flow);
            return;
        }
        log.leave(flow);
        log.finish(flow);
        if (policy == SessionLossPolicy.DROP && !flow.abandoned) {
            context.outputs.publishForgotten(flow);
        } else {
            report(
                    flow,
                    new OutcomeUnknownException(
                            "the message to " + flow.message().topicName()
                                    + " was sent, but the Session was lost before it was acknowledged"));
        }
    }

    /** The store failed: hands those to {@code survivors} whose message it has, so that their callers go on waiting. */
    void onStoreFailed(Predicate<? super OutgoingFlow> isDurable, Consumer<? super OutgoingFlow> survivors) {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder)) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (!flow.abandoned && !flow.isDetached() && isDurable.test(flow)) {
                    survivors.accept(flow);
                    flow.abandoned = true;
                }
            }
        }
    }

    /** There will be no connection: everybody who waits is told. The messages stay if the Session goes on. */
    void onClosed(boolean sessionGoesOn, MqttException cause) {
        for (FlowList list : log.lists()) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                if (!sessionGoesOn || !flow.isDetached()) {
                    report(flow, cause);
                    flow.abandoned = true;
                }
                if (list == log.unsent) {
                    log.forgetWaiting(flow);
                } else if (!sessionGoesOn) {
                    log.discard(flow, list);
                }
                flow = following;
            }
        }
        if (!sessionGoesOn) {
            log.wakeResting();
        }
        log.rewind();
    }

    // ---- what was stored

    OutgoingLog log() {
        return log;
    }

    /** Gives up what an earlier process left waiting, because the caller wants nothing of it; returns how much that was. */
    int discardRecovered(MqttException cause) {
        int discarded = 0;
        OutgoingFlow flow = log.inOrder.first();
        while (flow != null && log.isRecovered(flow)) {
            OutgoingFlow following = flow.next;
            discarded++;
            log.discard(flow, log.inOrder);
            report(flow, cause);
            flow = following;
        }
        log.rewind();
        return discarded;
    }

    // ---- reads

    /** Returns when {@link #expire} has something to do, or {@link KeepAlive#NONE}. */
    long nextExpiryNanos() {
        OutgoingFlow flow = log.queue.nextToExpire();
        return flow == null ? KeepAlive.NONE : flow.deadlineNanos;
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

    int releases() {
        return log.released.size();
    }

    int publishesInFlight() {
        return log.inFlight() - log.released.size();
    }

    int waiting() {
        return log.queue.messages();
    }

    int sendWindow() {
        Connection connection = context.connection;
        return connection == null ? Integer.MAX_VALUE : connection.limits.receiveMaximum();
    }

    // ---- sending

    private void sendWaiting() {
        Connection connection = context.connection;
        if (connection == null) {
            return;
        }
        while (connection.writable && !log.unsent.isEmpty()) { // QoS 0 is not held back by the quota [MQTT-3.3.4-8]
            OutgoingFlow flow = log.unsent.removeFirst();
            log.queue.left(flow);
            sendAtMostOnce(flow, connection);
        }
        while (connection.writable && log.nextToSend != null && connection.sendQuota > 0) {
            if (!sendNext(log.nextToSend, connection)) {
                return;
            }
        }
    }

    /** Sends the next flow or fails it; false if there is no Packet Identifier for it. */
    private boolean sendNext(OutgoingFlow flow, Connection connection) {
        boolean first = flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER;
        if (first && flow.hasExpired(context.nowNanos)) {
            expire(flow);
            return true;
        }
        int packetIdentifier = first ? identifiers.takeForMessage() : flow.packetIdentifier();
        if (packetIdentifier == PacketIdentifiers.NONE) {
            return false;
        }
        ApplicationMessage message = flow.messageAt(context.nowNanos);
        LimitExceededException refusal = refusal(message, packetIdentifier, connection);
        if (refusal != null) {
            if (first) {
                identifiers.release(packetIdentifier);
                log.forgetWaiting(flow);
                report(flow, refusal);
            } else {
                giveUp(flow, String.valueOf(refusal.getMessage()));
            }
            return true;
        }
        log.nextToSend = flow.next;
        if (first) {
            log.assign(flow, packetIdentifier);
        }
        countOnThisConnection(flow);
        context.send(message, packetIdentifier, !first); // [MQTT-3.3.1-1]
        return true;
    }

    private void sendAtMostOnce(OutgoingFlow flow, Connection connection) {
        flow.stage = Stage.DONE;
        if (flow.hasExpired(context.nowNanos)) {
            report(flow, new MessageExpiredException(flow.message().topicName()));
            return;
        }
        ApplicationMessage message = flow.messageAt(context.nowNanos);
        LimitExceededException refusal = refusal(message, Packet.NO_PACKET_IDENTIFIER, connection);
        if (refusal != null) {
            report(flow, refusal);
            return;
        }
        context.send(message, Packet.NO_PACKET_IDENTIFIER, false);
        if (!flow.abandoned) {
            context.outputs.published(flow, null);
        }
    }

    /** What the version of MQTT in use, or the Server if it is known, does not take, size aside. */
    private @Nullable LimitExceededException refusal(ApplicationMessage message) {
        if (version == ProtocolVersion.MQTT_3_1_1 && !message.properties().isEmpty()) {
            return new LimitExceededException(
                    "MQTT 3.1.1 has no way to say the properties of a message to " + message.topicName(), null);
        } else if (message.properties().unusableResponseTopic() != null) { // received so, and published as received
            return new LimitExceededException(
                    "the Response Topic of the message to " + message.topicName() + " is no Topic Name [MQTT-3.3.2-14]",
                    ReasonCode.TOPIC_NAME_INVALID);
        }
        Connection connection = context.connection;
        return connection == null ? null : connection.limits.refusal(message);
    }

    /** Limits may have changed since the message was accepted, so all are looked at again. */
    private @Nullable LimitExceededException refusal(
            ApplicationMessage message, int packetIdentifier, Connection connection) {
        LimitExceededException refusal = refusal(message);
        if (refusal == null && connection.limits.couldBeTooLarge(message)) {
            refusal = connection.limits.refusal(context.encodedLength(new Publish(message, packetIdentifier, false)));
        }
        return refusal;
    }

    // ---- book-keeping

    private void countOnThisConnection(OutgoingFlow flow) {
        Connection connection = context.connection;
        if (connection != null && flow.connectionNumber != connection.number) {
            flow.connectionNumber = connection.number;
            connection.sendQuota--;
        }
    }

    private void report(OutgoingFlow flow, MqttException cause) {
        if (!flow.abandoned) {
            context.outputs.publishFailed(flow, cause);
        }
    }
}
