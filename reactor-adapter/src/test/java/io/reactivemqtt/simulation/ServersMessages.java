package io.reactivemqtt.simulation;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What the Server has for the client in one Session, and what the client must answer, and in which order. */
final class ServersMessages {

    private static final int IDENTIFIERS = 12;

    private final Ledger ledger;
    private final Consumer<Packet> out;

    // ---- the Session
    private final Map<Integer, Ledger.Down> inFlight = new LinkedHashMap<>();
    private final Set<Integer> released = new HashSet<>();
    private final Set<Integer> sentAgain = new HashSet<>();
    private final ArrayDeque<Ledger.Down> waiting = new ArrayDeque<>();
    private int lastIdentifier;

    // ---- the connection
    private int window;
    private final ArrayDeque<Integer> expectedPubAcks = new ArrayDeque<>();
    private final ArrayDeque<Integer> expectedPubRecs = new ArrayDeque<>();

    ServersMessages(Ledger ledger, Consumer<Packet> out) {
        this.ledger = ledger;
        this.out = out;
    }

    /** A Session begins. */
    void begin() {
        inFlight.clear();
        released.clear();
        waiting.clear();
        lastIdentifier = 0;
    }

    /** A connection begins: sends again what was not acknowledged, and then as much as the client takes. */
    void connected(int receiveMaximumOfClient) {
        window = Math.min(receiveMaximumOfClient, IDENTIFIERS);
        inFlight.forEach((identifier, message) -> {
            if (released.contains(identifier)) {
                out.accept(new PubRel(identifier, ReasonCode.SUCCESS));
            } else {
                send(message, identifier, true);
            }
        });
        fillWindow();
    }

    void lost() {
        window = 0;
        expectedPubAcks.clear();
        expectedPubRecs.clear();
    }

    void publish(String topic, Qos qos) {
        Ledger.Down message = ledger.newDown(topic, qos);
        if (qos == Qos.AT_MOST_ONCE) {
            out.accept(new Publish(messageOf(message), Packet.NO_PACKET_IDENTIFIER, false));
        } else {
            waiting.add(message);
            fillWindow();
        }
    }

    boolean isAtRest() {
        return inFlight.isEmpty() && waiting.isEmpty();
    }

    /** Returns how many are on their way. */
    int owed() {
        return inFlight.size() + waiting.size();
    }

    // ---- from the client

    /**
     * Takes an acknowledgement.
     *
     * @param forgotten whether the client cannot know that this Session is not the one before
     */
    void onPubAck(PubAck pubAck, boolean forgotten) {
        int identifier = pubAck.packetIdentifier();
        expect(expectedPubAcks, identifier, pubAck);
        ledger.acknowledged(onItsWay(identifier, pubAck), forgotten);
        inFlight.remove(identifier);
        fillWindow();
    }

    /**
     * As {@link #onPubAck}.
     *
     * @param doubtful whether the client was not told that this Session began: a PUBLISH that comes to it with DUP 1 alone may be that of a
     *     message which it has processed in the one before
     */
    void onPubRec(PubRec pubRec, boolean forgotten, boolean doubtful) {
        int identifier = pubRec.packetIdentifier();
        expect(expectedPubRecs, identifier, pubRec);
        ledger.acknowledged(onItsWay(identifier, pubRec), forgotten || (doubtful && sentAgain.contains(identifier)));
        released.add(identifier);
    }

    void onPubComp(PubComp pubComp) {
        Broken.unless(released.remove(pubComp.packetIdentifier()), "%s without PUBREL", pubComp);
        inFlight.remove(pubComp.packetIdentifier());
        fillWindow();
    }

    /** In order; what is passed over was handed back, and is not acknowledged on this connection any more. */
    private static void expect(ArrayDeque<Integer> expected, int identifier, Packet packet) {
        Integer next = expected.poll();
        while (next != null && next != identifier) {
            next = expected.poll();
        }
        Broken.unless(next != null, "%s out of turn", packet);
    }

    private Ledger.Down onItsWay(int identifier, Packet packet) {
        Ledger.Down message = inFlight.get(identifier);
        if (message == null) {
            throw new Broken("%s for nothing".formatted(packet));
        }
        return message;
    }

    // ---- to the client

    private void fillWindow() {
        while (!waiting.isEmpty() && inFlight.size() < window) {
            do {
                lastIdentifier = lastIdentifier % IDENTIFIERS + 1; // few, so that they come again
            } while (inFlight.containsKey(lastIdentifier));
            Ledger.Down message = waiting.remove();
            inFlight.put(lastIdentifier, message);
            send(message, lastIdentifier, false);
        }
    }

    private void send(Ledger.Down message, int identifier, boolean dup) {
        if (dup) {
            sentAgain.add(identifier);
        } else {
            sentAgain.remove(identifier);
        }
        (message.qos == Qos.AT_LEAST_ONCE ? expectedPubAcks : expectedPubRecs).add(identifier);
        out.accept(new Publish(messageOf(message), identifier, dup));
    }

    private static ApplicationMessage messageOf(Ledger.Down message) {
        return ApplicationMessage.of(message.topic, Long.toString(message.number), message.qos);
    }
}
