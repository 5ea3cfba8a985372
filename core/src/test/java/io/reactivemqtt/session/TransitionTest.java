package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.session.Output.Deliver;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every stage of a flow, in either direction, meets every packet. */
class TransitionTest {

    private static final ReasonCode REFUSAL = ReasonCode.NOT_AUTHORIZED;

    // ---- outgoing

    private enum Outgoing {
        NO_FLOW,
        WAITING,
        AWAITING_PUBACK,
        AWAITING_PUBREC,
        AWAITING_PUBCOMP
    }

    private enum Answer {
        PUBACK(new PubAck(1, ReasonCode.SUCCESS)),
        PUBACK_0x10(new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)),
        PUBACK_0x87(new PubAck(1, REFUSAL)),
        PUBREC(new PubRec(1, ReasonCode.SUCCESS)),
        PUBREC_0x10(new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)),
        PUBREC_0x87(new PubRec(1, REFUSAL)),
        PUBCOMP(new PubComp(1, ReasonCode.SUCCESS)),
        PUBCOMP_0x92(new PubComp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));

        @SuppressWarnings("ImmutableEnumChecker") // it is a record
        private final Acknowledgement packet;

        Answer(Acknowledgement packet) {
            this.packet = packet;
        }
    }

    private static final String OUTGOING = """
            stage            PUBACK PUBACK_0x10 PUBACK_0x87 PUBREC       PUBREC_0x10  PUBREC_0x87 PUBCOMP PUBCOMP_0x92
            NO_FLOW          -      -           -           PUBREL_0x92  PUBREL_0x92  -           -       -
            WAITING          -      -           -           PUBREL_0x92  PUBREL_0x92  -           -       -
            AWAITING_PUBACK  done   done        failed      error        error        error       error   error
            AWAITING_PUBREC  error  error       error       released     released     failed      error   error
            AWAITING_PUBCOMP error  error       error       PUBREL       PUBREL       error       done    done
            """;

    static List<Arguments> outgoingPairs() {
        List<Arguments> pairs = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            for (Outgoing stage : Outgoing.values()) {
                for (Answer answer : Answer.values()) {
                    if (version == ProtocolVersion.MQTT_5_0 || answer.packet.reasonCode() == ReasonCode.SUCCESS) {
                        pairs.add(Arguments.of(version, stage, answer));
                    }
                }
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("outgoingPairs")
    @Spec({
        "MQTT-4.3.2-3",
        "MQTT-4.3.3-3",
        "MQTT-4.3.3-4",
        "MQTT-4.3.3-5",
        "MQTT-4.4.0-2",
        "MQTT-2.2.1-5",
        "3.1.1:MQTT-4.3.2-1",
        "3.1.1:MQTT-4.3.3-1",
        "3.1.1:MQTT-2.3.1-6",
        "3.1.1:MQTT-4.8.0-1"
    })
    void answerMovesOutgoingFlowAsTheTableSays(ProtocolVersion version, Outgoing stage, Answer answer) {
        TestClient client = TestClient.durableOne(version).connected();
        TestFlow flow = outgoingAt(stage, client);

        client.receive(answer.packet);

        assertThat(client.outputs()).isEqualTo(outgoing(cell(OUTGOING, stage, answer), client, flow, answer.packet));
    }

    static List<Arguments> plainOutgoingPairs() {
        return outgoingPairs().stream()
                .filter(pair -> ((Answer) pair.get()[2]).packet.reasonCode() == ReasonCode.SUCCESS)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("plainOutgoingPairs")
    void answerThatIsNoPacketMovesOutgoingFlowAsTheTableSays(ProtocolVersion version, Outgoing stage, Answer answer) {
        TestClient client = TestClient.durableOne(version).connected();
        TestFlow flow = outgoingAt(stage, client);

        client.session.onAcknowledgement(answer.packet.type(), answer.packet.packetIdentifier(), client.nowNanos);

        assertThat(client.outputs()).isEqualTo(outgoing(cell(OUTGOING, stage, answer), client, flow, null));
    }

    @ParameterizedTest
    @EnumSource(
            value = PacketType.class,
            names = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"})
    @Spec("MQTT-3.2.0-1")
    void answerThatIsNoPacketDoesNotComeBeforeConnAck(PacketType type) {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();

        client.session.onAcknowledgement(type, 1, client.nowNanos);

        assertThat(client.recorded.causes)
                .singleElement()
                .extracting(MqttException::reasonCode)
                .isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(client.session.isDisconnected()).isTrue();
    }

    private static TestFlow outgoingAt(Outgoing stage, TestClient client) {
        client.session.onWritabilityChanged(stage != Outgoing.WAITING, client.nowNanos);
        Qos qos = stage == Outgoing.AWAITING_PUBACK || stage == Outgoing.NO_FLOW ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
        TestFlow flow = client.publish("a", qos);
        if (stage == Outgoing.AWAITING_PUBCOMP) {
            client.receive(new PubRec(1, ReasonCode.SUCCESS));
        } else if (stage == Outgoing.NO_FLOW) {
            client.receive(new PubAck(1, ReasonCode.SUCCESS));
        }
        client.outputs();
        return flow;
    }

    private static List<Output> outgoing(
            String cell, TestClient client, TestFlow flow, @Nullable Acknowledgement answer) {
        boolean v5 = client.options.session().protocolVersion() == ProtocolVersion.MQTT_5_0;
        ReasonCode notFound = v5 ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
        return switch (cell) {
            case "-" -> List.of();
            case "error" -> client.violation(ReasonCode.PROTOCOL_ERROR);
            case "done" ->
                List.of(
                        new Persist(new OutgoingCompleted(1)),
                        new Published(flow, answer instanceof PubComp ? new PubComp(1, ReasonCode.SUCCESS) : answer));
            case "failed" ->
                List.of(
                        new Persist(new OutgoingCompleted(1)),
                        new PublishFailed(flow, RequestRefusedException.class, REFUSAL));
            case "released" ->
                List.of(new Persist(new OutgoingReleased(1)), new Send(new PubRel(1, ReasonCode.SUCCESS)));
            case "PUBREL" -> List.of(new Send(new PubRel(1, ReasonCode.SUCCESS)));
            case "PUBREL_0x92" -> List.of(new Send(new PubRel(1, notFound)));
            default -> fail(cell);
        };
    }

    // ---- incoming

    private enum Incoming {
        NO_FLOW,
        DELIVERED,
        DELIVERED_BEHIND_ANOTHER,
        RECEIVED_BEHIND_ANOTHER,
        REFUSED_BEHIND_ANOTHER,
        RECEIVED
    }

    private enum Event {
        PUBLISH,
        PUBLISH_DUP,
        acknowledge,
        refuse,
        PUBREL
    }

    private static final String INCOMING = """
            stage                    PUBLISH PUBLISH_DUP acknowledge refuse      PUBREL
            NO_FLOW                  deliver deliver     -           -           unknown
            DELIVERED                -       -           PUBREC      PUBREC_0x87 error
            DELIVERED_BEHIND_ANOTHER -       -           remember    mark        error
            RECEIVED_BEHIND_ANOTHER  -       -           -           -           error
            REFUSED_BEHIND_ANOTHER   -       -           -           -           error
            RECEIVED                 again   again       -           -           release
            """;

    static List<Arguments> incomingPairs() {
        List<Arguments> pairs = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            for (Incoming stage : Incoming.values()) {
                for (Event event : Event.values()) {
                    pairs.add(Arguments.of(version, stage, event));
                }
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("incomingPairs")
    @Spec({
        "MQTT-3.3.4-1",
        "MQTT-4.3.3-8",
        "MQTT-4.3.3-10",
        "MQTT-4.3.3-11",
        "MQTT-4.3.3-12",
        "MQTT-2.2.1-5",
        "3.1.1:MQTT-3.3.4-1",
        "3.1.1:MQTT-4.3.3-2",
        "3.1.1:MQTT-2.3.1-6"
    })
    void eventMovesIncomingFlowAsTheTableSays(ProtocolVersion version, Incoming stage, Event event) {
        TestClient client = TestClient.durableOne(version).connected();
        IncomingFlow delivery = incomingAt(stage, client);

        switch (event) {
            case PUBLISH -> client.receive(TestClient.incoming("a", Qos.EXACTLY_ONCE, 7));
            case PUBLISH_DUP -> client.receive(TestClient.repeated("a", Qos.EXACTLY_ONCE, 7));
            case acknowledge -> client.acknowledge(delivery);
            case refuse -> client.acknowledge(delivery, REFUSAL);
            case PUBREL -> client.receive(new PubRel(7, ReasonCode.SUCCESS));
        }

        assertThat(client.outputs()).isEqualTo(incoming(cell(INCOMING, stage, event), client, event));
    }

    @ParameterizedTest
    @EnumSource(Incoming.class)
    void pubRelThatIsNoPacketMovesIncomingFlowAsTheTableSays(Incoming stage) {
        TestClient client = TestClient.durableOne().connected();
        incomingAt(stage, client);

        client.session.onAcknowledgement(PacketType.PUBREL, 7, client.nowNanos);

        assertThat(client.outputs()).isEqualTo(incoming(cell(INCOMING, stage, Event.PUBREL), client, Event.PUBREL));
    }

    private static IncomingFlow incomingAt(Incoming stage, TestClient client) {
        if (stage.name().endsWith("BEHIND_ANOTHER")) {
            client.receiveMessage("first", Qos.EXACTLY_ONCE, 1);
        }
        IncomingFlow delivery = client.receiveMessage("a", Qos.EXACTLY_ONCE, 7);
        if (stage == Incoming.REFUSED_BEHIND_ANOTHER) {
            client.acknowledge(delivery, REFUSAL);
        } else if (stage != Incoming.DELIVERED && stage != Incoming.DELIVERED_BEHIND_ANOTHER) {
            client.acknowledge(delivery);
        }
        if (stage == Incoming.NO_FLOW) {
            client.receive(new PubRel(7, ReasonCode.SUCCESS));
        }
        client.outputs();
        return delivery;
    }

    private static List<Output> incoming(String cell, TestClient client, Event event) {
        boolean v5 = client.options.session().protocolVersion() == ProtocolVersion.MQTT_5_0;
        return switch (cell) {
            case "-" -> List.of();
            case "error" -> client.violation(ReasonCode.PROTOCOL_ERROR);
            case "deliver" ->
                List.of(new Deliver(
                        event == Event.PUBLISH
                                ? TestClient.incoming("a", Qos.EXACTLY_ONCE, 7)
                                : TestClient.repeated("a", Qos.EXACTLY_ONCE, 7)));
            case "remember" -> List.of(new Persist(new IncomingProcessed(7)));
            case "mark" -> v5 ? List.of() : List.of(new Persist(new IncomingProcessed(7)));
            case "PUBREC" -> received();
            case "PUBREC_0x87" -> v5 ? List.of(new Send(new PubRec(7, REFUSAL))) : received(); // 3.1.1 cannot refuse
            case "again" -> List.of(new Send(new PubRec(7, ReasonCode.SUCCESS)));
            case "release" ->
                List.of(new Persist(new IncomingReleased(7)), new Send(new PubComp(7, ReasonCode.SUCCESS)));
            case "unknown" ->
                List.of(new Send(new PubComp(7, v5 ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS)));
            default -> fail(cell);
        };
    }

    private static List<Output> received() {
        return List.of(new Persist(new IncomingProcessed(7)), new Send(new PubRec(7, ReasonCode.SUCCESS)));
    }

    // ---- the tables

    private static String cell(String table, Enum<?> row, Enum<?> column) {
        List<String> lines = table.lines().toList();
        int index = Arrays.asList(lines.get(0).split(" +", -1)).indexOf(column.name());
        for (String line : lines) {
            String[] cells = line.split(" +", -1);
            if (cells[0].equals(row.name()) && index > 0 && index < cells.length) {
                return cells[index];
            }
        }
        return fail("the table has no cell for " + row + " and " + column);
    }
}
