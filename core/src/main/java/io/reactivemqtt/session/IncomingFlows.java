package io.reactivemqtt.session;

import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ProtocolViolationException;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionEvent.MessageRefused;
import io.reactivemqtt.SessionEvent.ReceiveMaximumOverrun;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Delivery.Stage;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingReceived;
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
 * <p>An error closes the connection with 0x82. QoS 1 has no stages: a PUBLISH is delivered, and acknowledged when the
 * application is done; what a cut connection leaves unacknowledged, the Server sends again. Acknowledgements leave in the
 * order of arrival, whatever the order in which the application is done [MQTT-4.6.0-2] [MQTT-4.6.0-3].
 */
final class IncomingFlows {

    private final Outbox outbox;
    private final ProtocolVersion version;
    private final int receiveMaximum;
    private final int toleratedMaximum;
    private final UserPropertyLimit userPropertyLimit;

    /** QoS 2, until PUBREL; part of the Session State from RECEIVED on. */
    private final IdentifierTable<Delivery> exactlyOnce = new IdentifierTable<>();

    // ---- of this connection
    private final ArrayDeque<Delivery> awaitingPubAck = new ArrayDeque<>(1); // idle clients come in thousands
    private final ArrayDeque<Delivery> awaitingPubRec = new ArrayDeque<>(1);
    private int connectionNumber;
    private int unacknowledged;
    private boolean overrunTold;

    IncomingFlows(ConnectOptions options, Outbox outbox) {
        this.outbox = outbox;
        this.version = options.protocolVersion();
        this.receiveMaximum = options.receiveMaximum();
        this.userPropertyLimit = new UserPropertyLimit(options);
        this.toleratedMaximum = options.strictReceiveMaximum() ? receiveMaximum : receiveMaximum * 2;
    }

    void onConnected(int number) {
        connectionNumber = number;
        unacknowledged = 0;
        overrunTold = false;
    }

    void onConnectionEnded() {
        awaitingPubAck.clear();
        awaitingPubRec.clear();
        unacknowledged = 0;
    }

    void onPublish(Publish publish) {
        if (publish.message().qos() == Qos.AT_MOST_ONCE) {
            deliver(publish, null);
            return;
        }
        Delivery delivery;
        if (publish.message().qos() == Qos.AT_LEAST_ONCE) {
            count();
            delivery = new Delivery(publish, connectionNumber, outbox.nowNanos);
            awaitingPubAck.add(delivery);
        } else {
            Delivery known = exactlyOnce.get(publish.packetIdentifier());
            if (known != null) {
                onRepeated(known);
                return;
            }
            count();
            delivery = new Delivery(publish, connectionNumber, outbox.nowNanos);
            exactlyOnce.put(publish.packetIdentifier(), delivery);
            awaitingPubRec.add(delivery);
        }
        deliver(publish, delivery);
    }

    private void deliver(Publish publish, @Nullable Delivery delivery) {
        String beyond = userPropertyLimit.exceededBy(publish.message());
        if (beyond == null) {
            outbox.outputs.deliver(publish, delivery);
            return;
        }
        outbox.outputs.emit(new MessageRefused(
                publish.message().topicName(), publish.message().qos(), ReasonCode.QUOTA_EXCEEDED, beyond));
        if (delivery != null) {
            acknowledge(delivery, ReasonCode.QUOTA_EXCEEDED); // in its turn [MQTT-3.3.4-1]
        }
    }

    /** Whatever its DUP says, an identifier that was not released is not delivered again [MQTT-4.3.3-10]. */
    private void onRepeated(Delivery known) {
        if (known.connectionNumber != connectionNumber) {
            known.connectionNumber = connectionNumber;
            count();
        }
        if (awaitingPubRec.size() >= toleratedMaximum + exactlyOnce.size()) { // repeats on one connection, without end
            throw receiveMaximumExceeded();
        }
        awaitingPubRec.add(known);
        sendPubRecs();
    }

    void onPubRel(int packetIdentifier) {
        Delivery delivery = exactlyOnce.get(packetIdentifier);
        if (delivery == null) { // an earlier PUBCOMP was lost, or the flow was
            outbox.send(PacketType.PUBCOMP, packetIdentifier, outbox.packetIdentifierNotFound);
            return;
        }
        if (!delivery.pubRecSent) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "the Server sent PUBREL before PUBREC for Packet Identifier " + packetIdentifier);
        }
        exactlyOnce.remove(packetIdentifier);
        uncount(delivery);
        if (outbox.durable) { // first: the Server may use the identifier again as soon as it has the PUBCOMP
            outbox.persist(new IncomingReleased(packetIdentifier));
        }
        outbox.send(PacketType.PUBCOMP, packetIdentifier, ReasonCode.SUCCESS); // [MQTT-4.3.3-11]
    }

    /** The application is done with a message, or refuses it; a second word about the same one changes nothing. */
    void acknowledge(Delivery delivery, ReasonCode reasonCode) {
        if (reasonCode != ReasonCode.SUCCESS && !PubRec.REASON_CODES.contains(reasonCode)) {
            throw new IllegalArgumentException("PUBACK and PUBREC do not carry the Reason Code " + reasonCode);
        }
        if (delivery.stage == Stage.RECEIVED) {
            return;
        }
        if (!delivery.exactlyOnce) {
            if (delivery.connectionNumber == connectionNumber) { // else the Server sends the message again
                done(delivery, reasonCode);
                sendPubAcks();
            }
        } else if (exactlyOnce.get(delivery.packetIdentifier) == delivery) { // else its Session is gone
            done(delivery, reasonCode);
            if (outbox.durable && !delivery.reasonCode.isError()) {
                outbox.persist(new IncomingReceived(delivery.packetIdentifier));
            }
            sendPubRecs();
        }
    }

    private void done(Delivery delivery, ReasonCode reasonCode) {
        // MQTT 3.1.1 has no way to refuse a message
        delivery.done(version == ProtocolVersion.MQTT_5_0 ? reasonCode : ReasonCode.SUCCESS);
    }

    private void sendPubAcks() {
        Delivery first = awaitingPubAck.peek();
        while (first != null && first.stage == Stage.RECEIVED) {
            awaitingPubAck.remove();
            uncount(first);
            outbox.send(PacketType.PUBACK, first.packetIdentifier, first.reasonCode);
            first = awaitingPubAck.peek();
        }
    }

    private void sendPubRecs() {
        Delivery first = awaitingPubRec.peek();
        while (first != null && first.stage == Stage.RECEIVED) {
            awaitingPubRec.remove();
            if (exactlyOnce.get(first.packetIdentifier) == first) { // else a repeat that was answered already
                sendPubRec(first);
            }
            first = awaitingPubRec.peek();
        }
    }

    private void sendPubRec(Delivery delivery) {
        if (delivery.reasonCode.isError()) { // the identifier is a new message from now on [MQTT-4.3.3-9]
            exactlyOnce.remove(delivery.packetIdentifier);
            uncount(delivery);
        } else {
            delivery.pubRecSent = true;
        }
        outbox.send(PacketType.PUBREC, delivery.packetIdentifier, delivery.reasonCode);
    }

    /** Forgets all flows and returns how many there were: the Server has no Session, so their identifiers mean nothing. */
    int onSessionLost() {
        int forgotten = exactlyOnce.size();
        if (outbox.durable) {
            exactlyOnce.forEach((packetIdentifier, delivery) -> {
                if (delivery.isStored()) {
                    outbox.persist(new IncomingReleased(packetIdentifier));
                }
            });
        }
        exactlyOnce.clear();
        return forgotten;
    }

    // ---- what was stored

    void recover(IncomingReceived received) {
        exactlyOnce.put(received.packetIdentifier(), Delivery.recovered(received.packetIdentifier(), outbox.nowNanos));
    }

    void describe(Consumer<? super SessionChange> target) {
        exactlyOnce.forEach((packetIdentifier, delivery) -> {
            if (delivery.isStored()) {
                target.accept(new IncomingReceived(packetIdentifier));
            }
        });
    }

    void inspect(Inspection inspection) {
        exactlyOnce.forEach((packetIdentifier, delivery) -> inspection.add(delivery));
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
        if (unacknowledged > toleratedMaximum) {
            throw receiveMaximumExceeded();
        }
        if (!overrunTold) {
            overrunTold = true;
            outbox.outputs.emit(new ReceiveMaximumOverrun(receiveMaximum));
        }
    }

    private void uncount(Delivery delivery) {
        if (delivery.connectionNumber == connectionNumber) {
            unacknowledged--;
        }
    }

    private ProtocolViolationException receiveMaximumExceeded() { // [MQTT-3.3.4-9]
        return new ProtocolViolationException(
                ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                "the Server has more than " + toleratedMaximum + " messages unacknowledged, the Receive Maximum is "
                        + receiveMaximum);
    }
}
