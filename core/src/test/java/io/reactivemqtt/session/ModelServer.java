package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A correct Server, as small as can be: it keeps the other half of a Session, checks whatever the client sends against it, and
 * answers when it is asked to.
 */
final class ModelServer {

    /** Of the client's flows: what it has and what it may hear next. */
    private enum Stage {
        PUBLISHED,
        RECEIVED,
        RELEASED
    }

    private static final class Flow {
        private final Publish publish;
        private Stage stage = Stage.PUBLISHED;
        private boolean seenOnThisConnection = true;

        Flow(Publish publish) {
            this.publish = publish;
        }
    }

    private final int receiveMaximum;

    // ---- Session State
    private final Map<Integer, Flow> fromClient = new LinkedHashMap<>();
    private final Map<Integer, Publish> toClient = new LinkedHashMap<>();
    private final Set<Integer> released = new HashSet<>();
    private final Set<String> takenOver = new HashSet<>();
    private int nextIdentifier;

    // ---- of this connection
    private final ArrayDeque<Packet> answers = new ArrayDeque<>();
    private final ArrayDeque<Integer> expectedPubAcks = new ArrayDeque<>();
    private final ArrayDeque<Integer> expectedPubRecs = new ArrayDeque<>();
    private final Set<Integer> requests = new HashSet<>();

    ModelServer(int receiveMaximum) {
        this.receiveMaximum = receiveMaximum;
    }

    /** A new connection: what it is answered, and what is sent again at once. */
    List<Packet> connected(boolean sessionPresent) {
        answers.clear();
        expectedPubAcks.clear();
        expectedPubRecs.clear();
        requests.clear();
        if (!sessionPresent) {
            fromClient.clear();
            toClient.clear();
            released.clear();
            takenOver.clear();
        }
        fromClient.values().forEach(flow -> flow.seenOnThisConnection = false);
        List<Packet> packets = new ArrayList<>();
        packets.add(ConnAck.builder()
                .sessionPresent(sessionPresent)
                .receiveMaximum(receiveMaximum)
                .build());
        toClient.forEach((packetIdentifier, publish) -> {
            if (released.contains(packetIdentifier)) {
                packets.add(new PubRel(packetIdentifier, ReasonCode.SUCCESS));
            } else {
                expect(publish);
                packets.add(new Publish(publish.message(), packetIdentifier, true));
            }
        });
        return packets;
    }

    /** The transport is gone, and with it what was on its way. */
    void cut() {
        answers.clear();
    }

    /** Sends a message, if the client takes one more. */
    List<Packet> publish(String topic, Qos qos) {
        if (toClient.size() >= 8) {
            return List.of();
        }
        do {
            nextIdentifier = nextIdentifier % 12 + 1; // few, so that they come again
        } while (toClient.containsKey(nextIdentifier));
        Publish publish = new Publish(ApplicationMessage.of(topic, "", qos), nextIdentifier, false);
        toClient.put(nextIdentifier, publish);
        expect(publish);
        return List.of(publish);
    }

    private void expect(Publish publish) {
        (publish.message().qos() == Qos.AT_LEAST_ONCE ? expectedPubAcks : expectedPubRecs)
                .add(publish.packetIdentifier());
    }

    /** Returns the next packet that the client waits for, or none. */
    List<Packet> answer() {
        return answers.isEmpty() ? List.of() : List.of(answers.remove());
    }

    /** Takes what the client sends, and fails if it must not. */
    void receive(Packet packet) {
        if (packet instanceof Publish publish) {
            onPublish(publish);
        } else if (packet instanceof PubRel pubRel) {
            onPubRel(pubRel);
        } else if (packet instanceof PubAck pubAck) {
            assertThat(pubAck.packetIdentifier()).as("PUBACK in order").isEqualTo(expectedPubAcks.poll());
            toClient.remove(pubAck.packetIdentifier());
        } else if (packet instanceof PubRec pubRec) {
            assertThat(pubRec.packetIdentifier()).as("PUBREC in order").isEqualTo(expectedPubRecs.poll());
            if (pubRec.reasonCode().isError()) {
                toClient.remove(pubRec.packetIdentifier());
            } else {
                released.add(pubRec.packetIdentifier());
                answers.add(new PubRel(pubRec.packetIdentifier(), ReasonCode.SUCCESS));
            }
        } else if (packet instanceof PubComp pubComp) {
            assertThat(released).as("PUBCOMP only after PUBREL").contains(pubComp.packetIdentifier());
            released.remove(pubComp.packetIdentifier());
            toClient.remove(pubComp.packetIdentifier());
        } else if (packet instanceof Subscribe subscribe) {
            assertThat(fromClient).as("identifier in use").doesNotContainKey(subscribe.packetIdentifier());
            assertThat(requests.add(subscribe.packetIdentifier()))
                    .as("identifier in use")
                    .isTrue();
            answers.add(new SubAck(
                    subscribe.packetIdentifier(),
                    Collections.nCopies(subscribe.subscriptions().size(), ReasonCode.SUCCESS)));
        } else if (packet instanceof PingReq) {
            answers.add(PingResp.INSTANCE);
        }
    }

    private void onPublish(Publish publish) {
        if (publish.message().qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        int packetIdentifier = publish.packetIdentifier();
        assertThat(requests).as("identifier in use by a request").doesNotContain(packetIdentifier);
        Flow known = fromClient.get(packetIdentifier);
        if (known == null) { // then this is the first that arrives, or its answer was lost with an earlier connection
            Flow flow = new Flow(publish);
            fromClient.put(packetIdentifier, flow);
            takeOver(publish);
        } else {
            assertThat(known.seenOnThisConnection)
                    .as("sent again on one connection")
                    .isFalse();
            assertThat(publish.dup()).as("DUP of a repeat").isTrue();
            assertThat(publish.message()).isEqualTo(known.publish.message());
            assertThat(known.stage).as("PUBLISH after PUBREL").isNotEqualTo(Stage.RELEASED);
            known.seenOnThisConnection = true;
        }
        boolean once = publish.message().qos() == Qos.AT_LEAST_ONCE;
        answers.add(
                once
                        ? new PubAck(packetIdentifier, ReasonCode.SUCCESS)
                        : new PubRec(packetIdentifier, ReasonCode.SUCCESS));
        long unacknowledged = fromClient.values().stream()
                .filter(flow -> flow.seenOnThisConnection)
                .count();
        assertThat(unacknowledged).as("Receive Maximum").isLessThanOrEqualTo(receiveMaximum);
    }

    /** A topic stands for one message. */
    private void takeOver(Publish publish) {
        boolean first = takenOver.add(publish.message().topicName().toString());
        if (publish.message().qos() == Qos.EXACTLY_ONCE) {
            assertThat(first).as("QoS 2 once in a Session").isTrue();
        }
    }

    private void onPubRel(PubRel pubRel) {
        Flow flow = fromClient.get(pubRel.packetIdentifier());
        if (flow != null) {
            assertThat(flow.publish.message().qos()).isEqualTo(Qos.EXACTLY_ONCE);
            flow.stage = Stage.RELEASED;
            flow.seenOnThisConnection = true;
        }
        answers.add(new PubComp(
                pubRel.packetIdentifier(), flow == null ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS));
    }

    /** The client has got {@code answer}: the flow that it ends is over. */
    void delivered(Packet answer) {
        if (answer instanceof PubAck pubAck) {
            fromClient.remove(pubAck.packetIdentifier());
        } else if (answer instanceof PubComp pubComp) {
            fromClient.remove(pubComp.packetIdentifier());
        } else if (answer instanceof SubAck subAck) {
            requests.remove(subAck.packetIdentifier());
        } else if (answer instanceof PubRec pubRec) {
            Flow flow = fromClient.get(pubRec.packetIdentifier());
            if (flow != null && flow.stage == Stage.PUBLISHED) {
                flow.stage = Stage.RECEIVED;
            }
        }
    }

    /** Tells whether the client owes nothing, nor is owed anything. */
    boolean isAtRest() {
        return answers.isEmpty() && fromClient.isEmpty() && toClient.isEmpty();
    }
}
