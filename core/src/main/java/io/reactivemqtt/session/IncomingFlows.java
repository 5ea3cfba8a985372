package io.reactivemqtt.session;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent.MessageRefused;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import java.util.Objects;
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
 * has twice as many messages untaken, or 64 MiB of them, nothing is read until there is room.
 */
final class IncomingFlows {

    private final SessionOptions options;
    private final SessionContext context;
    private int arrivals;
    private boolean doubtful;

    /** QoS 2, until PUBREL; part of the Session State from RECEIVED on. */
    private final IdentifierTable<IncomingFlow> exactlyOnce = new IdentifierTable<>();

    IncomingFlows(SessionOptions options, SessionContext context) {
        this.context = context;
        this.options = options;
    }

    void onPublish(Publish publish) {
        if (publish.message().qos() == Qos.AT_MOST_ONCE) {
            deliver(publish, null);
            return;
        }
        ReceiveWindow window = window();
        IncomingFlow flow;
        if (publish.message().qos() == Qos.AT_LEAST_ONCE) {
            if (!window.atLeastOnce.add(publish.packetIdentifier())) { // its one PUBACK answers the repeat too
                IncomingFlow known = window.awaitingPubAck(publish.packetIdentifier());
                if (known != null) { // else nobody has it any more, and it comes again on the next connection
                    requireSame(known, publish);
                }
                return;
            }
            flow = arrived(publish, window);
            window.awaitingPubAck.add(flow);
        } else {
            IncomingFlow known = exactlyOnce.get(publish.packetIdentifier());
            if (known != null && known.doubtful && !publish.dup()) { // so the Session is another
                release(known);
            } else if (known != null) {
                onRepeated(known, publish, window);
                return;
            }
            flow = arrived(publish, window);
            exactlyOnce.put(publish.packetIdentifier(), flow);
            window.awaitingPubRec.add(flow);
        }
        deliver(publish, flow);
    }

    private void deliver(Publish publish, @Nullable IncomingFlow flow) {
        String beyond = UserPropertyLimit.exceededBy(publish.message(), options);
        if (beyond == null) {
            if (context.outputs.deliver(publish, flow) && flow != null) {
                acknowledge(flow, ReasonCode.SUCCESS);
            }
            return;
        }
        context.outputs.emit(new MessageRefused(
                publish.message().topicName(), publish.message().qos(), ReasonCode.QUOTA_EXCEEDED, beyond));
        if (flow != null) {
            acknowledge(flow, ReasonCode.QUOTA_EXCEEDED); // in its turn [MQTT-3.3.4-1]
        }
    }

    /** Returns the window of the connection that there is, for nothing arrives without one; makes it for the first message. */
    private ReceiveWindow window() {
        Connection connection = Objects.requireNonNull(context.connection);
        if (connection.received == null) {
            connection.received = new ReceiveWindow(context);
        }
        return connection.received;
    }

    /** Returns the window if something has arrived on the connection that there is. */
    private @Nullable ReceiveWindow windowIfAny() {
        return context.connection == null ? null : context.connection.received;
    }

    /** Nothing of what has arrived is of a connection any more. */
    void onConnectionEnded(Connection connection) {
        if (connection.received != null) {
            connection.received.close();
            exactlyOnce.forEach((packetIdentifier, flow) -> flow.window = null);
        }
    }

    private IncomingFlow arrived(Publish publish, ReceiveWindow window) {
        IncomingFlow flow = new IncomingFlow(publish, ++arrivals, context.nowNanos);
        window.arrived(flow);
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
    private void onRepeated(IncomingFlow known, Publish publish, ReceiveWindow window) {
        if (!window.isOf(known)) {
            window.arrived(known);
        } else if (!known.received) {
            requireSame(known, publish);
        }
        if (window.awaitingPubRec.size()
                >= options.receiveMaximum() * 2 + exactlyOnce.size()) { // repeats on one connection, without end
            throw new ProtocolViolationException(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, // [MQTT-3.3.4-9]
                    "the Server repeats QoS 2 messages on one connection without end");
        }
        window.awaitingPubRec.add(known);
        sendPubRecs(window);
    }

    void onPubRel(int packetIdentifier) {
        IncomingFlow flow = exactlyOnce.get(packetIdentifier);
        if (flow == null) { // an earlier PUBCOMP was lost, or the flow was
            context.send(PacketType.PUBCOMP, packetIdentifier, context.packetIdentifierNotFound());
            return;
        }
        if (!flow.pubRecSent) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "the Server sent PUBREL before PUBREC for Packet Identifier " + packetIdentifier);
        }
        window().acknowledged(flow);
        release(flow); // first: the Server may use the identifier again as soon as it has the PUBCOMP
        context.send(PacketType.PUBCOMP, packetIdentifier, ReasonCode.SUCCESS); // [MQTT-4.3.3-11]
    }

    private void release(IncomingFlow flow) {
        exactlyOnce.remove(flow.packetIdentifier);
        if (context.durable) {
            context.persist(new IncomingReleased(flow.packetIdentifier));
        }
    }

    /** The Session that the Server has may be another one than that of the messages that are known. */
    void onDoubtfulSession() {
        doubtful = true;
        exactlyOnce.forEach((packetIdentifier, flow) -> flow.doubtful = true);
    }

    /** Tells whether it was so since the Server has last begun one. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** The application is done with a message, or refuses it; a second word about the same one changes nothing. */
    void acknowledge(IncomingFlow flow, ReasonCode reasonCode) {
        if (reasonCode != ReasonCode.SUCCESS) {
            PubAck.requireReasonCode(reasonCode);
        }
        if (!isAwaited(flow)) {
            return; // the Server sends the message again, or its Session is gone
        }
        ReceiveWindow window = windowIfAny();
        done(flow, reasonCode, window);
        if (!flow.exactlyOnce) {
            sendPubAcks(Objects.requireNonNull(window)); // the one of its connection
            return;
        }
        if (context.durable && !flow.isRefused()) {
            context.persist(new IncomingProcessed(flow.packetIdentifier));
        }
        if (window != null) {
            sendPubRecs(window);
        }
    }

    /** Tells whether the Server still waits for the application's word about {@code flow}, on this connection or the next. */
    boolean isAwaited(IncomingFlow flow) {
        if (flow.received || flow.forgotten) {
            return false;
        }
        if (flow.exactlyOnce) {
            return exactlyOnce.get(flow.packetIdentifier) == flow;
        }
        return flow.window != null; // else its connection has ended
    }

    /**
     * Nobody has {@code flow} any more: it is not acknowledged, holds no acknowledgement of a later one back, and what the Server sends
     * again in its place is delivered.
     */
    void forget(IncomingFlow flow) {
        if (!isAwaited(flow)) {
            return;
        }
        flow.forgotten = true;
        ReceiveWindow window = windowIfAny();
        if (window != null) {
            window.taken(flow);
        }
        if (flow.exactlyOnce) {
            exactlyOnce.remove(flow.packetIdentifier);
            if (window != null) {
                window.acknowledged(flow);
                sendPubRecs(window);
            }
        } else if (window != null) {
            sendPubAcks(window);
        }
    }

    /** Returns the number of the last message that arrived. */
    int lastArrival() {
        return arrivals;
    }

    /** Tells whether more waits for the application than may, whatever else depends on reading. */
    boolean isOverfull() {
        ReceiveWindow window = windowIfAny();
        return window != null && window.isOverfull();
    }

    private void done(IncomingFlow flow, ReasonCode reasonCode, @Nullable ReceiveWindow window) {
        if (window != null) {
            window.taken(flow);
        }
        flow.done(context.speaksMqtt5() ? reasonCode : ReasonCode.SUCCESS); // MQTT 3.1.1 cannot refuse a message
    }

    private void sendPubAcks(ReceiveWindow window) {
        IncomingFlow first = window.awaitingPubAck.peek();
        while (first != null && (first.received || first.forgotten)) {
            window.awaitingPubAck.remove();
            if (first.received) {
                window.atLeastOnce.remove(first.packetIdentifier);
                window.acknowledged(first);
                context.send(PacketType.PUBACK, first.packetIdentifier, first.reasonCode());
            }
            first = window.awaitingPubAck.peek();
        }
    }

    private void sendPubRecs(ReceiveWindow window) {
        IncomingFlow first = window.awaitingPubRec.peek();
        while (first != null && (first.received || first.forgotten)) {
            window.awaitingPubRec.remove();
            if (exactlyOnce.get(first.packetIdentifier)
                    == first) { // else forgotten, or a repeat that was answered already
                sendPubRec(first, window);
            }
            first = window.awaitingPubRec.peek();
        }
    }

    private void sendPubRec(IncomingFlow flow, ReceiveWindow window) {
        if (flow.isRefused()) { // the identifier is a new message from now on [MQTT-4.3.3-9]
            exactlyOnce.remove(flow.packetIdentifier);
            window.acknowledged(flow);
        } else {
            flow.pubRecSent = true;
        }
        context.send(PacketType.PUBREC, flow.packetIdentifier, flow.reasonCode());
    }

    /** Forgets all flows and returns how many there were: the Server has no Session, so their identifiers mean nothing. */
    int onSessionLost() {
        doubtful = false;
        int forgotten = exactlyOnce.size();
        exactlyOnce.forEach((packetIdentifier, flow) -> {
            flow.sessionLost = true;
            if (context.durable && flow.isStored()) {
                context.persist(new IncomingReleased(packetIdentifier));
            }
        });
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
        ReceiveWindow window = windowIfAny();
        if (window != null) {
            window.awaitingPubAck.forEach(inspection::add);
        }
    }

    /** Returns how many QoS 2 messages were not released. */
    int size() {
        return exactlyOnce.size();
    }

    /** Returns when the first of those was received that the application has not acknowledged, or {@link KeepAlive#NONE}. */
    long oldestNanos() {
        ReceiveWindow window = windowIfAny();
        return window == null ? KeepAlive.NONE : window.oldestNanos();
    }

    int unacknowledged() {
        ReceiveWindow window = windowIfAny();
        return window == null ? 0 : window.unacknowledged();
    }
}
