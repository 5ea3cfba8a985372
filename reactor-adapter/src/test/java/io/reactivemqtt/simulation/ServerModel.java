package io.reactivemqtt.simulation;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A Server that keeps to the standard: it has the other half of the Session, answers when it is let, and finds fault with
 * whatever the client must not send.
 */
final class ServerModel {

    private static final int LARGEST_WINDOW = 8;

    private final Ledger ledger;
    private final IntSupplier memory;

    // ---- the Session
    private boolean exists;
    private int session;
    private boolean endsWithConnection;
    private final Set<String> filters = new HashSet<>();
    private final Map<Integer, Long> received = new HashMap<>();
    private final Set<Integer> everReleased = new HashSet<>();
    private final ServersMessages messages;

    /** In which memory of the client it began, and whether the client has that on record: else nobody can know, once that is lost. */
    private int begunInMemory;

    private boolean onRecord;
    private boolean doubtful;
    private boolean forgotten;

    // ---- this connection
    private @Nullable Link link;
    private boolean connected;
    private boolean isMqtt5;
    private int receiveMaximum;
    private final ArrayDeque<Packet> answers = new ArrayDeque<>();
    private final Set<Integer> unanswered = new HashSet<>();
    private final Set<Integer> seen = new HashSet<>();
    private final Set<Integer> requests = new HashSet<>();

    // ---- what comes next
    private int nextReceiveMaximum = 3;
    private boolean busy;

    /**
     * Has no Session yet.
     *
     * @param memory the number of what the client knows: another one, once it has forgotten
     */
    ServerModel(Ledger ledger, IntSupplier memory) {
        this.ledger = ledger;
        this.memory = memory;
        this.messages = new ServersMessages(ledger, this::send);
    }

    // ---- the simulation

    void nextReceiveMaximum(int count) {
        nextReceiveMaximum = count;
    }

    /** Refuses the next CONNECT. */
    void isBusy() {
        busy = true;
    }

    /** Forgets the Session; the connection is over. */
    void losesSession() {
        exists = false;
        connected = false;
        link = null;
        forgetConnection();
    }

    /** Publishes to who subscribes; nobody hears of it who does not, or at QoS 0 is not there. */
    void publish(String topic, Qos qos) {
        if (exists && filters.contains(topic) && (qos != Qos.AT_MOST_ONCE || connected)) {
            messages.publish(topic, qos);
        }
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    void answers(int count) {
        for (int i = 0; i < count && !answers.isEmpty(); i++) {
            Packet answer = answers.remove();
            if (answer instanceof PubAck pubAck) {
                unanswered.remove(pubAck.packetIdentifier());
            } else if (answer instanceof PubComp pubComp) {
                unanswered.remove(pubComp.packetIdentifier());
            } else if (answer instanceof SubAck subAck) {
                requests.remove(subAck.packetIdentifier());
            } else if (answer instanceof UnsubAck unsubAck) {
                requests.remove(unsubAck.packetIdentifier());
            }
            send(answer);
        }
    }

    /** Closes the connection, in MQTT 5.0 with a word. */
    void disconnects(ReasonCode why) {
        Link known = link;
        if (known != null) {
            if (isMqtt5 && connected) {
                send(new Disconnect(why));
            }
            known.closeFromServer();
            lost(known);
        }
    }

    boolean isAtRest() {
        return answers.isEmpty() && messages.isAtRest();
    }

    boolean hasSubscriptions(List<String> wanted) {
        return filters.containsAll(wanted);
    }

    /** Returns how many messages are on their way to the client. */
    int owed() {
        return messages.owed();
    }

    // ---- the network

    void accepts(Link newLink) {
        if (link != null) {
            lost(link); // a client has one connection: this one is dead, and the Server did not know
        }
        link = newLink;
    }

    @SuppressWarnings("ReferenceEquality")
    void lost(Link gone) {
        if (link == gone) {
            link = null;
            connected = false;
            exists &= !endsWithConnection;
            forgetConnection();
        }
    }

    private void forgetConnection() {
        answers.clear();
        unanswered.clear();
        seen.clear();
        requests.clear();
        messages.lost();
    }

    @SuppressWarnings("ReferenceEquality")
    void receives(Link from, Packet packet) {
        if (link != from) {
            return; // closed here, and the client does not know yet
        }
        if (packet instanceof Connect connect) {
            onConnect(connect);
            return;
        }
        Broken.unless(connected, "%s without a connection", packet);
        onRecord |= !doubtful && waitsForTheRecord(packet); // what it doubts, it has not on record
        if (packet instanceof Publish publish) {
            onPublish(publish);
        } else if (packet instanceof PubRel pubRel) {
            onPubRel(pubRel.packetIdentifier());
        } else if (packet instanceof PubAck pubAck) {
            messages.onPubAck(pubAck, forgotten);
        } else if (packet instanceof PubRec pubRec) {
            messages.onPubRec(pubRec, forgotten, doubtful);
            answers.add(new PubRel(pubRec.packetIdentifier(), ReasonCode.SUCCESS));
        } else if (packet instanceof PubComp pubComp) {
            messages.onPubComp(pubComp);
        } else if (packet instanceof Subscribe subscribe) {
            request(subscribe.packetIdentifier(), packet);
            subscribe
                    .subscriptions()
                    .forEach(each -> filters.add(each.topicFilter().toString()));
            answers.add(new SubAck(
                    subscribe.packetIdentifier(),
                    Collections.nCopies(subscribe.subscriptions().size(), ReasonCode.GRANTED_QOS_2)));
        } else if (packet instanceof Unsubscribe unsubscribe) {
            request(unsubscribe.packetIdentifier(), packet);
            unsubscribe.topicFilters().forEach(filter -> filters.remove(filter.toString()));
            answers.add(new UnsubAck(
                    unsubscribe.packetIdentifier(),
                    Collections.nCopies(unsubscribe.topicFilters().size(), ReasonCode.SUCCESS)));
        } else if (packet instanceof PingReq) {
            answers.add(PingResp.INSTANCE);
        } else if (packet instanceof Disconnect disconnect) {
            Long expiry = disconnect.sessionExpiryIntervalSeconds();
            endsWithConnection |= expiry != null && expiry == 0;
            lost(from);
        } else {
            throw new Broken("the client sends " + packet);
        }
    }

    /** Tells whether the client sends it only when the Session that has begun is on record. */
    private static boolean waitsForTheRecord(Packet packet) {
        return packet instanceof Subscribe
                || packet instanceof PubRel
                || (packet instanceof Publish publish && publish.message().qos() != Qos.AT_MOST_ONCE);
    }

    // ---- packets

    private void onConnect(Connect connect) {
        Broken.unless(!connected, "CONNECT on an open connection");
        isMqtt5 = connect.protocolVersion() == ProtocolVersion.MQTT_5_0;
        if (busy) {
            busy = false;
            send(ConnAck.refused(isMqtt5 ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE));
            Link refused = link;
            if (refused != null) {
                refused.closeFromServer();
                lost(refused);
            }
            return;
        }
        boolean present = exists && !connect.cleanStart();
        if (!present) {
            begin();
        } else {
            doubtful |= !onRecord;
            forgotten |= !onRecord && memory.getAsInt() != begunInMemory;
        }
        Long expiry = connect.sessionExpiryIntervalSeconds();
        endsWithConnection = isMqtt5 ? expiry == null || expiry == 0 : connect.cleanStart();
        Integer maximum = connect.receiveMaximum();
        receiveMaximum = isMqtt5 ? nextReceiveMaximum : 20;
        connected = true;
        send(
                isMqtt5
                        ? ConnAck.builder()
                                .sessionPresent(present)
                                .receiveMaximum(receiveMaximum)
                                .build()
                        : ConnAck.accepted(present));
        messages.connected(isMqtt5 && maximum != null ? maximum : LARGEST_WINDOW);
    }

    private void begin() {
        exists = true;
        session++;
        begunInMemory = memory.getAsInt();
        onRecord = false;
        doubtful = false;
        forgotten = false;
        filters.clear();
        received.clear();
        everReleased.clear();
        messages.begin();
    }

    private void onPublish(Publish publish) {
        ApplicationMessage message = publish.message();
        if (message.qos() == Qos.AT_MOST_ONCE) {
            ledger.arrived(message, session, memory.getAsInt(), forgotten);
            return;
        }
        int identifier = publish.packetIdentifier();
        Broken.unless(!requests.contains(identifier), "%s: the identifier is a request's", publish);
        Broken.unless(unanswered.add(identifier), "%s: the identifier is used already", publish);
        Broken.unless(
                unanswered.size() <= receiveMaximum, "%s is beyond the Receive Maximum of %s", publish, receiveMaximum);
        long number = Ledger.numberOf(message);
        Broken.unless(
                publish.dup() || !ledger.up(Long.toString(number)).arrivals.contains(session),
                "%s comes again without DUP",
                publish);
        Long known = received.get(identifier);
        if (message.qos() == Qos.AT_LEAST_ONCE) {
            Broken.unless(known == null, "%s: the identifier is that of %s", publish, known);
            ledger.arrived(message, session, memory.getAsInt(), forgotten);
            answers.add(new PubAck(identifier, ReasonCode.SUCCESS));
            return;
        }
        if (known == null) {
            ledger.arrived(message, session, memory.getAsInt(), forgotten);
            received.put(identifier, number);
        } else {
            Broken.unless(publish.dup() && known == number, "%s: the identifier is that of %s", publish, known);
        }
        Broken.unless(seen.add(identifier) || known == null, "%s comes again on one connection", publish);
        answers.add(new PubRec(identifier, ReasonCode.SUCCESS));
    }

    private void onPubRel(int identifier) {
        boolean known = received.remove(identifier) != null;
        Broken.unless(
                known || doubtful || everReleased.contains(identifier),
                "PUBREL %s, which this Session does not know",
                identifier);
        everReleased.add(identifier);
        seen.remove(identifier);
        answers.add(new PubComp(
                identifier, known || !isMqtt5 ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    private void request(int identifier, Packet packet) {
        Broken.unless(
                requests.add(identifier) && !unanswered.contains(identifier), "%s: the identifier is used", packet);
    }

    private void send(Packet packet) {
        Link to = link;
        if (to != null) {
            to.send(packet);
        }
    }
}
