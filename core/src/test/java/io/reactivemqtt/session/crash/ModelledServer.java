package io.reactivemqtt.session.crash;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A correct Server that forgets nothing: method A of MQTT 5.0 §4.3.3, as receiver and as sender. */
final class ModelledServer {

    /** The identifier of all that it sends. */
    private static final int IDENTIFIER = 1;

    private final List<ApplicationMessage> messages;
    private final ReasonCode notFound;
    private final ArrayDeque<Packet> answers;

    private boolean connected;
    private boolean hasSession;

    /** QoS 2 from the client that was handed over, until its PUBREL. */
    private final Set<Integer> received = new TreeSet<>();

    /** Which messages of the client were handed over. */
    final boolean[] handedOver;

    /** How many messages to the client are completely acknowledged. */
    private int completed;

    private boolean published;
    private boolean released;

    /** @param answers where its packets go */
    ModelledServer(Scenario scenario, ArrayDeque<Packet> answers) {
        this.messages = scenario.messages();
        this.answers = answers;
        this.handedOver = new boolean[messages.size()];
        this.notFound = scenario.options().session().protocolVersion() == ProtocolVersion.MQTT_5_0
                ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                : ReasonCode.SUCCESS;
    }

    void cut() {
        connected = false;
    }

    // ---- as sender

    boolean canPublish() {
        return connected && !published && completed < messages.size();
    }

    void publish() {
        published = true;
        sendPublish(false);
    }

    private void sendPublish(boolean dup) {
        answers.add(new Publish(messages.get(completed), IDENTIFIER, dup));
    }

    /** Returns the message that has the identifier now. */
    int current() {
        return completed;
    }

    boolean isDone() {
        return !published && completed == messages.size();
    }

    private void complete() {
        completed++;
        published = false;
        released = false;
    }

    // ---- packets

    void receive(Packet packet) {
        if (packet instanceof Connect connect) {
            onConnect(connect);
        } else if (!connected) {
            throw new CounterExample(packet.type() + " comes before CONNECT");
        } else if (packet instanceof Publish publish) {
            onPublish(publish);
        } else if (packet instanceof PubRel pubRel) {
            boolean known = received.remove(pubRel.packetIdentifier());
            answers.add(new PubComp(pubRel.packetIdentifier(), known ? ReasonCode.SUCCESS : notFound));
        } else if (packet instanceof PubAck) {
            require(Qos.AT_LEAST_ONCE, packet);
            complete();
        } else if (packet instanceof PubRec) {
            require(Qos.EXACTLY_ONCE, packet);
            released = true;
            answers.add(new PubRel(IDENTIFIER, ReasonCode.SUCCESS));
        } else if (packet instanceof PubComp) {
            require(Qos.EXACTLY_ONCE, packet);
            if (!released) {
                throw new CounterExample("PUBCOMP comes before PUBREL");
            }
            complete();
        } else {
            throw new CounterExample("the client sends " + packet);
        }
    }

    private void require(Qos qos, Packet packet) {
        if (!published || messages.get(completed).qos() != qos) {
            throw new CounterExample(packet.type() + " comes for no message");
        }
    }

    private void onConnect(Connect connect) {
        if (connected) {
            throw new CounterExample("CONNECT comes twice");
        }
        connected = true;
        if (connect.cleanStart()) {
            throw new CounterExample("the client wants the Session to be forgotten");
        }
        answers.add(ConnAck.accepted(hasSession));
        hasSession = true;
        if (released) {
            answers.add(new PubRel(IDENTIFIER, ReasonCode.SUCCESS));
        } else if (published) {
            sendPublish(true);
        }
    }

    private void onPublish(Publish publish) {
        int packetIdentifier = publish.packetIdentifier();
        boolean twice = publish.message().qos() == Qos.EXACTLY_ONCE;
        if (!twice && received.contains(packetIdentifier)) {
            throw new CounterExample("a QoS 1 message has an identifier that a QoS 2 message has");
        }
        if (!twice || received.add(packetIdentifier)) {
            handOver(publish.message());
        }
        answers.add(
                twice
                        ? new PubRec(packetIdentifier, ReasonCode.SUCCESS)
                        : new PubAck(packetIdentifier, ReasonCode.SUCCESS));
    }

    private void handOver(ApplicationMessage message) {
        int index = Scenario.index(message);
        if (handedOver[index] && message.qos() == Qos.EXACTLY_ONCE) {
            throw new CounterExample("the Server hands message " + message.topicName() + " over twice");
        }
        handedOver[index] = true;
    }

    /** Tells whether it has QoS 2 messages whose PUBREL has not come. */
    boolean waits() {
        return !received.isEmpty();
    }
}
