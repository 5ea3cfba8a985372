package io.reactivemqtt.session;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent.MessageRefused;
import io.reactivemqtt.client.ClientEvent.ReceiveMaximumOverrun;
import io.reactivemqtt.client.ConnectOptions;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages from the Server between their arrival and their last acknowledgement.
 *
 * <table>
 * <caption>QoS 2: what happens to the flow of an identifier</caption>
 * <tr><th>stage</th><th>PUBLISH</th><th>application is done</th><th>PUBREL</th></tr>
 * <tr><td>no flow</td><td>DELIVERED, deliver</td><td>–</td><td>PUBCOMP 0x92</td></tr>
 * <tr><td>DELIVERED</td><td>nothing yet; one PUBREC more when done</td><td>RECEIVED, PUBREC</td><td>error</td></tr>
 * <tr><td>RECEIVED</td><td>PUBREC again</td><td>nothing</td><td>no flow, PUBCOMP; error before the PUBREC</td></tr>
 * </table>
 *
 * <p>An error closes the connection with 0x82. At QoS 1 a PUBLISH is delivered, and acknowledged when the application is done;
 * until then its identifier is that message, however often the Server repeats it. What a cut connection leaves unacknowledged,
 * the Server sends again. At either QoS an identifier in use that comes with another content and DUP 0 is an error.
 * Acknowledgements leave in the order of arrival, whatever the order in which the application is done [MQTT-4.6.0-2]
 * [MQTT-4.6.0-3].
 *
 * <p>A Server that sends more than the Receive Maximum, or that knows none (MQTT 3.1.1), is not thrown out: once the application
 * has twice as many messages untaken, or {@link #UNTAKEN_BYTES} of them, nothing is read until there is room.
 */
final class IncomingFlows {

    /** So many bytes of payload may wait for the application before nothing more is read. */
    private static final long UNTAKEN_BYTES = 64L * 1024 * 1024;

    private final ConnectOptions options;
    private final SessionContext context;
    private final ProtocolVersion version;
    private final int receiveMaximum;
    private final boolean strict;
    private int arrivals;

    /** QoS 2, until PUBREL; part of the Session State from RECEIVED on. */
    private final IdentifierTable<IncomingFlow> exactlyOnce = new IdentifierTable<>();

    // ---- of this connection
    private final ArrayDeque<IncomingFlow> awaitingPubAck = new ArrayDeque<>(1); // idle clients come in thousands
    private final ArrayDeque<IncomingFlow> awaitingPubRec = new ArrayDeque<>(1);
    private final IdentifierTable<IncomingFlow> atLeastOnce = new IdentifierTable<>();
    private int connectionNumber;
    private int unacknowledged;
    private boolean overrunTold;
    private int untaken;
    private long untakenBytes;
    private boolean readingHeld;

    IncomingFlows(ConnectOptions options, SessionContext context) {
        this.context = context;
        this.version = options.protocolVersion();
        this.receiveMaximum = options.receiveMaximum();
        this.strict = options.strictReceiveMaximum() && version == ProtocolVersion.MQTT_5_0; // 3.1.1 announces none
        this.options = options;
    }

    void onConnected(int number) {
        connectionNumber = number;
        unacknowledged = 0;
        overrunTold = false;
    }

    void onConnectionEnded() {
        awaitingPubAck.clear();
        awaitingPubRec.clear();
        atLeastOnce.clear();
        unacknowledged = 0;
        untaken = 0;
        untakenBytes = 0;
        holdReading(false);
    }

    void onPublish(Publish publish) {
        if (publish.message().qos() == Qos.AT_MOST_ONCE) {
            deliver(publish, null);
            return;
        }
        IncomingFlow flow;
        if (publish.message().qos() == Qos.AT_LEAST_ONCE) {
            IncomingFlow known = atLeastOnce.get(publish.packetIdentifier());
            if (known != null) { // its one PUBACK answers the repeat too
                requireSame(known, publish);
                return;
            }
            flow = arrived(publish);
            atLeastOnce.put(publish.packetIdentifier(), flow);
            awaitingPubAck.add(flow);
        } else {
            IncomingFlow known = exactlyOnce.get(publish.packetIdentifier());
            if (known != null) {
                onRepeated(known, publish);
                return;
            }
            flow = arrived(publish);
            exactlyOnce.put(publish.packetIdentifier(), flow);
            awaitingPubRec.add(flow);
        }
        deliver(publish, flow);
    }

    private void deliver(Publish publish, @Nullable IncomingFlow flow) {
        String beyond = UserPropertyLimit.exceededBy(publish.message(), options);
        if (beyond == null) {
            context.outputs.deliver(publish, flow);
            return;
        }
        context.outputs.emit(new MessageRefused(
                publish.message().topicName(), publish.message().qos(), ReasonCode.QUOTA_EXCEEDED, beyond));
        if (flow != null) {
            acknowledge(flow, ReasonCode.QUOTA_EXCEEDED); // in its turn [MQTT-3.3.4-1]
        }
    }

    private IncomingFlow arrived(Publish publish) {
        count();
        IncomingFlow flow = new IncomingFlow(publish, connectionNumber, ++arrivals, context.nowNanos);
        countUntaken(flow);
        return flow;
    }

    private static void requireSame(IncomingFlow known, Publish publish) {
        if (!known.isRepeatedBy(publish)) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "the Server sent another message with Packet Identifier " + publish.packetIdentifier()
                            + " before the first one was acknowledged");
        }
    }

    /** Whatever its DUP says, an identifier that was not released is not delivered again [MQTT-4.3.3-10]. */
    private void onRepeated(IncomingFlow known, Publish publish) {
        if (known.connectionNumber != connectionNumber) {
            known.connectionNumber = connectionNumber;
            count();
            countUntaken(known);
        } else if (!known.received) {
            requireSame(known, publish);
        }
        if (awaitingPubRec.size()
                >= receiveMaximum * 2 + exactlyOnce.size()) { // repeats on one connection, without end
            throw new ProtocolViolationException(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, // [MQTT-3.3.4-9]
                    "the Server repeats QoS 2 messages on one connection without end");
        }
        awaitingPubRec.add(known);
        sendPubRecs();
    }

    void onPubRel(int packetIdentifier) {
        IncomingFlow flow = exactlyOnce.get(packetIdentifier);
        if (flow == null) { // an earlier PUBCOMP was lost, or the flow was
            context.send(PacketType.PUBCOMP, packetIdentifier, context.packetIdentifierNotFound);
            return;
        }
        if (!flow.pubRecSent) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "the Server sent PUBREL before PUBREC for Packet Identifier " + packetIdentifier);
        }
        exactlyOnce.remove(packetIdentifier);
        uncount(flow);
        if (context.durable) { // first: the Server may use the identifier again as soon as it has the PUBCOMP
            context.persist(new IncomingReleased(packetIdentifier));
        }
        context.send(PacketType.PUBCOMP, packetIdentifier, ReasonCode.SUCCESS); // [MQTT-4.3.3-11]
    }

    /** The application is done with a message, or refuses it; a second word about the same one changes nothing. */
    void acknowledge(IncomingFlow flow, ReasonCode reasonCode) {
        if (reasonCode != ReasonCode.SUCCESS && !PubRec.REASON_CODES.contains(reasonCode)) {
            throw new IllegalArgumentException("PUBACK and PUBREC do not carry the Reason Code " + reasonCode);
        }
        if (flow.received) {
            return;
        }
        if (!flow.exactlyOnce) {
            if (atLeastOnce.get(flow.packetIdentifier) == flow) { // else the Server sends the message again
                done(flow, reasonCode);
                sendPubAcks();
            }
        } else if (exactlyOnce.get(flow.packetIdentifier) == flow) { // else its Session is gone
            done(flow, reasonCode);
            if (context.durable && !flow.isRefused()) {
                context.persist(new IncomingProcessed(flow.packetIdentifier));
            }
            sendPubRecs();
        }
    }

    /** Tells whether the Server still waits for the application's word about {@code flow}, on this connection or the next. */
    boolean isAwaited(IncomingFlow flow) {
        IdentifierTable<IncomingFlow> flows = flow.exactlyOnce ? exactlyOnce : atLeastOnce;
        return !flow.received && flows.get(flow.packetIdentifier) == flow;
    }

    /** Nobody has {@code flow} any more: what the Server sends again in its place is delivered. */
    void forget(IncomingFlow flow) {
        if (flow.exactlyOnce && isAwaited(flow)) {
            exactlyOnce.remove(flow.packetIdentifier);
            awaitingPubRec.remove(flow);
            uncountUntaken(flow);
            uncount(flow);
        }
    }

    /** Returns the number of the last message that arrived. */
    int lastArrival() {
        return arrivals;
    }

    /** Tells whether more waits for the application than may, whatever else depends on reading. */
    boolean isOverfull() {
        return untakenBytes > UNTAKEN_BYTES;
    }

    private void done(IncomingFlow flow, ReasonCode reasonCode) {
        uncountUntaken(flow);
        // MQTT 3.1.1 has no way to refuse a message
        flow.done(version == ProtocolVersion.MQTT_5_0 ? reasonCode : ReasonCode.SUCCESS);
    }

    private void sendPubAcks() {
        IncomingFlow first = awaitingPubAck.peek();
        while (first != null && first.received) {
            awaitingPubAck.remove();
            atLeastOnce.remove(first.packetIdentifier);
            uncount(first);
            context.send(PacketType.PUBACK, first.packetIdentifier, first.reasonCode());
            first = awaitingPubAck.peek();
        }
    }

    private void sendPubRecs() {
        IncomingFlow first = awaitingPubRec.peek();
        while (first != null && first.received) {
            awaitingPubRec.remove();
            if (exactlyOnce.get(first.packetIdentifier) == first) { // else a repeat that was answered already
                sendPubRec(first);
            }
            first = awaitingPubRec.peek();
        }
    }

    private void sendPubRec(IncomingFlow flow) {
        if (flow.isRefused()) { // the identifier is a new message from now on [MQTT-4.3.3-9]
            exactlyOnce.remove(flow.packetIdentifier);
            uncount(flow);
        } else {
            flow.pubRecSent = true;
        }
        context.send(PacketType.PUBREC, flow.packetIdentifier, flow.reasonCode());
    }

    /** Forgets all flows and returns how many there were: the Server has no Session, so their identifiers mean nothing. */
    int onSessionLost() {
        int forgotten = exactlyOnce.size();
        if (context.durable) {
            exactlyOnce.forEach((packetIdentifier, flow) -> {
                if (flow.isStored()) {
                    context.persist(new IncomingReleased(packetIdentifier));
                }
            });
        }
        exactlyOnce.clear();
        return forgotten;
    }

    // ---- what was stored

    void recover(IncomingProcessed received) {
        exactlyOnce.put(
                received.packetIdentifier(), IncomingFlow.recovered(received.packetIdentifier(), context.nowNanos));
    }

    void describe(Consumer<? super SessionChange> target) {
        exactlyOnce.forEach((packetIdentifier, flow) -> {
            if (flow.isStored()) {
                target.accept(new IncomingProcessed(packetIdentifier));
            }
        });
    }

    void inspect(Inspection inspection) {
        exactlyOnce.forEach((packetIdentifier, flow) -> inspection.add(flow));
        awaitingPubAck.forEach(inspection::add);
    }

    /** Returns how many QoS 2 messages were not released. */
    int size() {
        return exactlyOnce.size();
    }

    int unacknowledged() {
        return unacknowledged;
    }

    private void count() {
        unacknowledged++;
        if (version == ProtocolVersion.MQTT_3_1_1 || unacknowledged <= receiveMaximum) {
            return;
        }
        if (strict) {
            throw new ProtocolViolationException(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, // [MQTT-3.3.4-9]
                    "the Server has more than " + receiveMaximum
                            + " messages unacknowledged, which is the Receive Maximum");
        }
        if (!overrunTold) {
            overrunTold = true;
            context.outputs.emit(new ReceiveMaximumOverrun(receiveMaximum));
        }
    }

    private void uncount(IncomingFlow flow) {
        if (flow.connectionNumber == connectionNumber) {
            unacknowledged--;
        }
    }

    private void countUntaken(IncomingFlow flow) {
        if (flow.message != null && !flow.received) {
            untaken++;
            untakenBytes += flow.message.payload().size();
            if (untaken > receiveMaximum * 2 || untakenBytes > UNTAKEN_BYTES) {
                holdReading(true);
            }
        }
    }

    private void uncountUntaken(IncomingFlow flow) {
        if (flow.message != null && flow.connectionNumber == connectionNumber) {
            untaken--;
            untakenBytes -= flow.message.payload().size();
            if (untaken <= receiveMaximum && untakenBytes <= UNTAKEN_BYTES / 2) {
                holdReading(false);
            }
        }
    }

    private void holdReading(boolean held) {
        if (readingHeld != held) {
            readingHeld = held;
            context.outputs.holdReading(held);
        }
    }
}
