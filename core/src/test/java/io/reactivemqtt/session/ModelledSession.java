package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Deliver;
import io.reactivemqtt.session.Output.Disconnected;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishDropped;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.Output.SendNow;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A session and a {@link ModelServer}, with a network between them that loses what is under way when it is cut. */
final class ModelledSession {

    private final TestClient client;
    private final ModelServer server;
    private final ArrayDeque<Packet> toServer = new ArrayDeque<>();
    private final List<TestFlow> flows = new ArrayList<>();
    private final Map<OutgoingFlow, Integer> reports = new HashMap<>();
    private final Set<OutgoingFlow> withdrawn = new HashSet<>();
    private final Set<String> sentInThisSession = new HashSet<>();
    private final Set<String> everSent = new HashSet<>();
    private final Set<String> unsent = new HashSet<>();
    private final Set<String> deliveredOnce = new HashSet<>();
    private final Set<Integer> refused = new HashSet<>();

    // ---- what a store would hold
    private final Map<Integer, Long> assigned = new HashMap<>();
    private final Set<Long> releasedInStore = new HashSet<>();
    private final Set<Integer> received = new HashSet<>();

    private boolean connected;
    private boolean connectedBefore;
    private int topics;

    ModelledSession(ProtocolVersion version, int receiveMaximum) {
        this.client = new TestClient(
                TestClient.options(version)
                        .receiveMaximum(8)
                        .session(session -> session.sendMaximum(receiveMaximum)) // all that limits MQTT 3.1.1
                        .build(),
                true);
        this.server = new ModelServer(receiveMaximum);
    }

    // ---- what may happen

    void publish(Qos qos) {
        flows.add(client.publish("topic/" + topics++, qos));
        look();
    }

    void publishLatest(Qos qos, int key) {
        ApplicationMessage message = ApplicationMessage.of("topic/" + topics++, "", qos);
        flows.add(client.publish(message, options -> options.latestOf("key/" + key)));
        look();
    }

    void publishInTime(Qos qos, Duration time) {
        ApplicationMessage message = ApplicationMessage.of("topic/" + topics++, "", qos);
        flows.add(client.publish(message, options -> options.sendWithin(time)));
        look();
    }

    void withdraw(int which) {
        if (!flows.isEmpty()) {
            TestFlow flow = flows.get(which % flows.size());
            client.session.withdraw(flow, client.nowNanos);
            look();
            withdrawn.add(flow);
        }
    }

    void subscribe() {
        client.subscribe("filter/" + topics++);
        look();
    }

    void connect(boolean sessionPresent) {
        if (connected) {
            return;
        }
        boolean present = sessionPresent && connectedBefore;
        if (!present) {
            sentInThisSession.clear();
        }
        client.open(true);
        look();
        toServer.clear(); // the CONNECT
        connected = true;
        connectedBefore = true;
        server.connected(present).forEach(this::receive);
    }

    void cut() {
        if (connected) {
            client.lose();
            look();
            disconnected();
        }
    }

    private void disconnected() {
        connected = false;
        toServer.clear();
        server.cut();
    }

    void carryToServer(int count) {
        for (int i = 0; i < count && !toServer.isEmpty(); i++) {
            server.receive(toServer.remove());
        }
    }

    void carryAnswerToClient() {
        if (connected) {
            for (Packet answer : server.answer()) {
                server.delivered(answer);
                receive(answer);
            }
        }
    }

    void serverPublishes(Qos qos) {
        if (connected) {
            server.publish("topic/" + topics++, qos).forEach(this::receive);
        }
    }

    void acknowledge(int which, ReasonCode reasonCode) {
        List<IncomingFlow> deliveries = client.recorded.deliveries;
        if (!deliveries.isEmpty()) {
            int index = which % deliveries.size();
            if (reasonCode.isError()) {
                refused.add(index);
            }
            client.acknowledge(deliveries.get(index), reasonCode);
            look();
        }
    }

    void pass(Duration time, boolean writable) {
        client.session.onWritabilityChanged(writable, client.nowNanos);
        look();
        client.pass(time);
        look();
    }

    /** Lets everything come to its end, and checks that it does. */
    void drain() {
        connect(true);
        client.session.onWritabilityChanged(true, client.nowNanos);
        look();
        for (int round = 0; round < 5000 && !isAtRest(); round++) {
            carryToServer(100);
            carryAnswerToClient();
            List.copyOf(client.recorded.deliveries).forEach(client::acknowledge);
            look();
        }
        assertThat(connected).isTrue();
        assertThat(isAtRest()).as("comes to rest").isTrue();
        for (TestFlow flow : flows) {
            if (!withdrawn.contains(flow)) {
                assertThat(reports.get(flow)).as("reports of %s", flow).isEqualTo(1);
            }
        }
    }

    private boolean isAtRest() {
        return toServer.isEmpty()
                && server.isAtRest()
                && client.session.inFlight() == 0
                && client.session.waiting() == 0
                && client.session.unacknowledged() == 0;
    }

    private void receive(Packet packet) {
        if (connected) {
            client.receive(packet);
            look();
        }
    }

    // ---- what came of it

    private void look() {
        for (Output output : client.outputs()) {
            if (output instanceof Persist persist) {
                store(persist.change());
            } else if (output instanceof Send send) {
                sent(send.packet());
            } else if (output instanceof SendNow sendNow) {
                toServer.add(sendNow.packet());
            } else if (output instanceof Published published) {
                report(published.flow());
            } else if (output instanceof PublishFailed failed) {
                report(failed.flow());
                checkUnsent(failed.flow(), failed.cause());
            } else if (output instanceof PublishDropped dropped) {
                report(dropped.flow());
                checkUnsent(dropped.flow(), dropped.cause());
            } else if (output instanceof Deliver deliver) {
                delivered((Publish) deliver.publish());
            } else if (output instanceof Disconnected ended && ended.reasonCode() != null) {
                assertThat(ended.reasonCode()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
            } else if (output instanceof CloseTransport) {
                disconnected();
            }
        }
    }

    private void store(SessionChange change) {
        if (change instanceof OutgoingAssigned assignment) {
            assigned.put(assignment.packetIdentifier(), assignment.sequence());
        } else if (change instanceof OutgoingReleased release) {
            releasedInStore.add(release.sequence());
        } else if (change instanceof IncomingProcessed reception) {
            assertThat(received.add(reception.packetIdentifier())).isTrue();
        } else if (change instanceof IncomingReleased release) {
            assertThat(received.remove(release.packetIdentifier())).isTrue();
        }
    }

    private void sent(Packet packet) {
        if (packet instanceof Publish publish) {
            String topic = publish.message().topicName().toString();
            assertThat(unsent).as("withdrawn").doesNotContain(topic);
            everSent.add(topic);
        }
        if (packet instanceof Publish publish && publish.message().qos() != Qos.AT_MOST_ONCE) {
            assertThat(assigned).as("PUBLISH after the store").containsKey(publish.packetIdentifier());
            boolean first = sentInThisSession.add(publish.message().topicName().toString());
            assertThat(publish.dup()).as("DUP of %s", publish).isEqualTo(!first);
        } else if (packet instanceof PubRel pubRel) {
            Long sequence = assigned.get(pubRel.packetIdentifier());
            assertThat(sequence).as("PUBREL of a flow").isNotNull();
            assertThat(releasedInStore.contains(sequence))
                    .as("PUBREL after the store")
                    .isTrue();
        } else if (packet instanceof PubRec pubRec && !pubRec.reasonCode().isError()) {
            assertThat(received).as("PUBREC after the store").contains(pubRec.packetIdentifier());
        } else if (packet instanceof PubComp pubComp) {
            assertThat(received).as("PUBCOMP after the store").doesNotContain(pubComp.packetIdentifier());
        }
        toServer.add(packet);
    }

    private void report(OutgoingFlow flow) {
        assertThat(withdrawn).doesNotContain(flow);
        assertThat(reports.merge(flow, 1, Integer::sum))
                .as("reports of %s", flow)
                .isEqualTo(1);
    }

    private void checkUnsent(OutgoingFlow flow, Class<? extends MqttException> cause) {
        if (cause == NotSentException.class) {
            unsent.add(flow.message().topicName().toString());
            assertThat(everSent).doesNotContainAnyElementsOf(unsent);
        }
    }

    private void delivered(Publish publish) {
        if (publish.message().qos() == Qos.EXACTLY_ONCE && refused.isEmpty()) { // what was refused comes as a new one
            assertThat(deliveredOnce.add(publish.message().topicName().toString()))
                    .as("QoS 2 delivered once")
                    .isTrue();
        }
    }
}
