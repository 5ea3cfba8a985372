package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.OutgoingFlow.Stage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What leaves on a connection, and when: as the transport and the Server's Receive Maximum allow, within the Server's limits. A
 * message is held against the limits once when it is accepted, and once more on each later connection on which it leaves.
 */
final class OutgoingSender {

    /** A Packet Identifier is as long as any other. */
    private static final int ANY_IDENTIFIER = 1;

    private final SessionContext context;
    private final PacketIdentifiers identifiers;
    private final OutgoingLog log;
    private final WaitingMessages waiting;
    private final OutgoingEndings endings;

    OutgoingSender(
            SessionContext context,
            PacketIdentifiers identifiers,
            OutgoingLog log,
            WaitingMessages waiting,
            OutgoingEndings endings) {
        this.context = context;
        this.identifiers = identifiers;
        this.log = log;
        this.waiting = waiting;
        this.endings = endings;
    }

    // ---- limits

    /** Returns what the version of MQTT in use, or the Server if it is known, does not take, or null. */
    @Nullable
    LimitExceededException refusal(ApplicationMessage message) {
        if (context.version == ProtocolVersion.MQTT_3_1_1
                && !message.properties().isEmpty()) {
            return new LimitExceededException(
                    "MQTT 3.1.1 cannot express the properties of a message to " + message.topicName(), null);
        } else if (message.properties().unusableResponseTopic() != null) { // received so, and published as received
            return new LimitExceededException(
                    "the Response Topic of the message to " + message.topicName() + " is no Topic Name [MQTT-3.3.2-14]",
                    ReasonCode.TOPIC_NAME_INVALID);
        }
        Connection connection = context.connection;
        return connection == null ? null : refusal(message, connection.limits);
    }

    private @Nullable LimitExceededException refusal(ApplicationMessage message, ServerLimits limits) {
        LimitExceededException refusal = limits.refusal(message);
        if (refusal == null && limits.couldBeTooLarge(message)) {
            int identifier = message.qos() == Qos.AT_MOST_ONCE ? Packet.NO_PACKET_IDENTIFIER : ANY_IDENTIFIER;
            refusal = limits.refusal(context.encodedLength(new Publish(message, identifier, false)));
        }
        return refusal;
    }

    // ---- what leaves

    void onConnected(Connection connection) {
        connection.acceptedBefore = log.lastSequence();
    }

    /** Tells whether a message at QoS 1 or 2 that is accepted now leaves now. */
    boolean sendsAtOnce() {
        Connection connection = context.connection;
        return connection != null && log.nextToSend == null && connection.takesPublish();
    }

    void sendWaiting() {
        Connection connection = context.connection;
        if (connection == null) {
            return;
        }
        while (connection.writable && !log.unsent.isEmpty()) { // QoS 0 is not held back by the quota [MQTT-3.3.4-8]
            sendAtMostOnce(Objects.requireNonNull(log.unsent.first()), connection);
        }
        while (log.nextToSend != null && connection.takesPublish()) {
            if (!sendNext(log.nextToSend, connection)) {
                return;
            }
        }
    }

    /** Sends the first QoS 0 message that waits, or fails it. */
    private void sendAtMostOnce(OutgoingFlow first, Connection connection) {
        LimitExceededException refusal = refusalNow(first, connection);
        if (first.hasWaitedTooLong(context.nowNanos)) {
            waiting.expire(first);
        } else if (refusal != null) {
            waiting.giveUp(first, refusal);
        } else {
            log.forgetWaiting(first);
            sendAtMostOnce(first);
        }
    }

    /** Sends the next flow or fails it; false if there is no Packet Identifier for it. */
    private boolean sendNext(OutgoingFlow flow, Connection connection) {
        boolean first = flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER;
        if (first && flow.hasWaitedTooLong(context.nowNanos)) {
            waiting.expire(flow);
            return true;
        }
        LimitExceededException refusal = refusalNow(flow, connection);
        if (refusal != null) {
            refuse(flow, refusal);
            return true;
        }
        int packetIdentifier = first ? identifiers.takeForMessage() : flow.packetIdentifier();
        if (packetIdentifier == PacketIdentifiers.NONE) {
            return false;
        }
        log.nextToSend = flow.next;
        if (first) {
            log.assign(flow, packetIdentifier);
        }
        count(flow);
        context.send(flow.messageAt(context.nowNanos), packetIdentifier, !first); // [MQTT-3.3.1-1]
        return true;
    }

    private void refuse(OutgoingFlow flow, LimitExceededException refusal) {
        if (flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER) {
            waiting.giveUp(flow, refusal);
        } else {
            endings.giveUp(flow, String.valueOf(refusal.getMessage()));
        }
    }

    /** Sends a QoS 0 message that is within the limits, unless its time is over. */
    void sendAtMostOnce(OutgoingFlow flow) {
        flow.stage = Stage.DONE;
        if (flow.hasExpired(context.nowNanos)) {
            context.reportFailed(
                    flow, new MessageExpiredException(flow.message().topicName()));
        } else {
            context.send(flow.messageAt(context.nowNanos), Packet.NO_PACKET_IDENTIFIER, false);
            context.reportPublished(flow, null);
        }
    }

    /** Holds a message of an earlier connection against the limits of this one, which may be others. */
    private @Nullable LimitExceededException refusalNow(OutgoingFlow flow, Connection connection) {
        return flow.sequence > connection.acceptedBefore ? null : refusal(flow.message());
    }

    /** Takes a place in the window of the connection, once for a flow. */
    void count(OutgoingFlow flow) {
        Connection connection = context.connection;
        if (connection != null && flow.connectionNumber != connection.number) {
            flow.connectionNumber = connection.number;
            connection.sendQuota--;
        }
    }
}
