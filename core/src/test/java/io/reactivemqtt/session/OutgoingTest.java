package io.reactivemqtt.session;

import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.AT_MOST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.Unsubscribe;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of a message to the Server: flows, Packet Identifiers and the send quota. */
class OutgoingTest {

    private static final PubAck PUBACK = new PubAck(1, ReasonCode.SUCCESS);

    // ---- what a PUBREC says

    @Test
    @Spec({"MQTT-4.3.3-3", "MQTT-4.3.3-5"})
    void pubRecThatNobodySubscribesIsTheResult() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow plain = client.publish("a", EXACTLY_ONCE);
        TestFlow withWords = client.publish("b", EXACTLY_ONCE);
        UserProperties pairs = UserProperties.of("k", "v");
        client.receive(new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        client.receive(new PubRec(2, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        client.outputs();

        client.session.onAcknowledgement(PacketType.PUBCOMP, 1, client.nowNanos);
        client.receive(new PubComp(2, ReasonCode.SUCCESS, "done", pairs));

        assertThat(client.outputs())
                .containsExactly(
                        new Published(plain, new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)),
                        new Published(withWords, new PubRec(2, ReasonCode.NO_MATCHING_SUBSCRIBERS, "done", pairs)));
    }

    @Test
    @Spec("MQTT-4.3.3-5")
    void pubRecThatNobodySubscribesIsTheResultAfterAReconnectToo() {
        TestClient client = TestClient.durableOne().connected();
        TestFlow resumed = client.publish("a", EXACTLY_ONCE);
        TestFlow lost = client.publish("b", EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        client.receive(new PubRec(2, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        client.cutAndResume();
        client.receive(new PubComp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        assertThat(client.outputs())
                .contains(new Published(resumed, new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)));
        client.lose();

        client.reconnect(false); // and the Server counts as having delivered it

        assertThat(client.outputs()).contains(new Published(lost, new PubRec(2, ReasonCode.NO_MATCHING_SUBSCRIBERS)));
    }

    @Test
    void wordsOfThePubCompAreInTheResult() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish("a", EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.outputs();

        client.receive(new PubComp(1, ReasonCode.SUCCESS, "done", UserProperties.EMPTY));

        assertThat(client.outputs())
                .containsExactly(new Published(flow, new PubComp(1, ReasonCode.SUCCESS, "done", UserProperties.EMPTY)));
    }

    // ---- flows

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-4.3.1-1", "MQTT-2.2.1-2", "MQTT-3.3.1-2", "3.1.1:MQTT-4.3.1-1", "3.1.1:MQTT-2.3.1-5"})
    void qos0IsDoneWhenItIsSent(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();

        TestFlow flow = client.publish("a", AT_MOST_ONCE);

        assertThat(client.outputs())
                .containsExactly(new Send(new Publish(flow.message(), 0, false)), new Published(flow, null));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-4.3.2-1", "MQTT-4.3.2-2", "MQTT-4.3.2-3", "3.1.1:MQTT-4.3.2-1"})
    void qos1IsDurableBeforeItIsSentAndDoneWithItsPubAck(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();

        TestFlow flow = client.publish("a", AT_LEAST_ONCE);

        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new OutgoingAccepted(1, flow.message(), 0)),
                        new Persist(new OutgoingAssigned(1, 1)),
                        new Send(new Publish(flow.message(), 1, false)));
        client.receive(PUBACK);
        assertThat(client.outputs())
                .containsExactly(new Persist(new OutgoingCompleted(1)), new Published(flow, PUBACK));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-4.3.3-1", "MQTT-4.3.3-2", "MQTT-4.3.3-4", "MQTT-4.3.3-5", "3.1.1:MQTT-4.3.3-1"})
    void qos2IsReleasedInTheStoreBeforeThePubRel(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();

        TestFlow flow = client.publish("a", EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.receive(new PubComp(1, ReasonCode.SUCCESS));

        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new OutgoingAccepted(1, flow.message(), 0)),
                        new Persist(new OutgoingAssigned(1, 1)),
                        new Send(new Publish(flow.message(), 1, false)),
                        new Persist(new OutgoingReleased(1)),
                        new Send(new PubRel(1, ReasonCode.SUCCESS)),
                        new Persist(new OutgoingCompleted(1)),
                        new Published(flow, new PubComp(1, ReasonCode.SUCCESS)));
    }

    @Test
    void messageIsAcceptedInTheStoreBeforeThereIsAConnection() {
        TestClient client = TestClient.durableOne();

        TestFlow flow = client.publish("a", AT_LEAST_ONCE);

        assertThat(client.outputs()).containsExactly(new Persist(new OutgoingAccepted(1, flow.message(), 0)));
    }

    @Test
    void volatileSessionPersistsNothing() {
        TestClient client = TestClient.volatileOne().connected();

        client.publish("a", EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.receive(new PubComp(1, ReasonCode.SUCCESS));

        assertThat(client.outputs()).noneMatch(Persist.class::isInstance);
    }

    @Test
    @Spec("MQTT-4.4.0-2")
    void refusedMessageIsNotSentAgain() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow once = client.publish("a", AT_LEAST_ONCE);
        TestFlow exactly = client.publish("b", EXACTLY_ONCE);
        client.outputs();

        client.receive(new PubAck(1, ReasonCode.QUOTA_EXCEEDED));
        client.receive(new PubRec(2, ReasonCode.NOT_AUTHORIZED));

        assertThat(client.outputs())
                .containsExactly(
                        new PublishFailed(once, RequestRefusedException.class, ReasonCode.QUOTA_EXCEEDED),
                        new PublishFailed(exactly, RequestRefusedException.class, ReasonCode.NOT_AUTHORIZED));
        client.lose();
        client.reconnect(true);
        assertThat(client.sent()).isEmpty();
    }

    // ---- Packet Identifiers

    @Test
    @Spec({"MQTT-2.2.1-3", "3.1.1:MQTT-2.3.1-1", "3.1.1:MQTT-2.3.1-2"})
    void thousandOperationsAtOnceHaveDistinctIdentifiers() {
        TestClient client = TestClient.volatileOne().connected();

        for (int i = 0; i < 400; i++) {
            client.publish("a", AT_LEAST_ONCE);
            client.publish("b", EXACTLY_ONCE);
            client.subscribe("s" + i);
            client.unsubscribe("u" + i);
        }

        assertThat(identifiers(client.sent())).hasSize(1600).doesNotContain(0);
    }

    @Test
    @Spec("MQTT-2.2.1-3")
    void identifiersWrapAroundPastThoseThatAreHeld() {
        TestClient client = TestClient.volatileOne().connected();
        client.publish("held", AT_LEAST_ONCE);
        TestFlow second = client.publish("held", EXACTLY_ONCE);
        assertThat(second.packetIdentifier()).isEqualTo(2);
        client.receive(new PubRec(2, ReasonCode.SUCCESS));

        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 70_000; i++) {
            TestFlow flow = client.publish("a", AT_LEAST_ONCE);
            assertThat(flow.packetIdentifier()).isBetween(3, 65_535);
            seen.add(flow.packetIdentifier());
            client.receive(new PubAck(flow.packetIdentifier(), ReasonCode.SUCCESS));
            client.outputs();
        }
        assertThat(seen).hasSizeGreaterThan(200); // an identifier rests before it comes again
    }

    @Test
    @Spec({"MQTT-2.2.1-3", "MQTT-4.9.0-1"})
    void sixtyThousandMessagesAreInFlightAtOnce() {
        TestClient client = TestClient.volatileOne().connected();

        for (int i = 0; i < 60_000; i++) {
            client.publish("a", AT_LEAST_ONCE);
        }

        assertThat(identifiers(client.sent())).hasSize(60_000);
        assertThat(client.session.inFlight()).isEqualTo(60_000);
    }

    @Test
    @Spec({"MQTT-3.3.4-8", "MQTT-4.9.0-3"})
    void subscribeFindsAnIdentifierHoweverManyMessagesAreInFlight() {
        TestClient client = TestClient.volatileOne().connected();
        for (int i = 0; i < 70_000; i++) {
            client.publish("a", AT_LEAST_ONCE);
        }
        assertThat(client.session.waiting()).isPositive();
        client.outputs();

        client.subscribe("s");

        assertThat(client.sent()).singleElement().isInstanceOf(Subscribe.class);
    }

    @Test
    void messageThatFoundNoIdentifierLeavesWhenOneIsFree() {
        TestClient client = TestClient.volatileOne().connected();
        for (int i = 0; i < 65_520; i++) {
            client.publish("a", AT_LEAST_ONCE);
        }
        assertThat(client.session.waiting()).isEqualTo(1);
        client.outputs();

        client.receive(new PubAck(77, ReasonCode.SUCCESS));

        assertThat(identifiers(client.sent())).hasSize(1);
        assertThat(client.session.waiting()).isZero();
    }

    @Test
    @Spec("3.1.1:MQTT-2.3.1-3")
    void identifierIsFreeOnlyAfterTheLastAcknowledgement() {
        PacketIdentifiers identifiers = new PacketIdentifiers();
        assertThat(identifiers.inUse()).isZero();
        TestClient client = TestClient.volatileOne().connected();
        client.publish("a", EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));

        assertThat(client.session.inFlight()).isEqualTo(1);
        client.receive(new PubComp(1, ReasonCode.SUCCESS));

        assertThat(client.session.inFlight()).isZero();
    }

    @Test
    void everyIdentifierIsGivenOnceAndThenNone() {
        PacketIdentifiers identifiers = new PacketIdentifiers();
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 65_535; i++) {
            given.add(identifiers.take());
        }

        assertThat(given).hasSize(65_535).doesNotContain(0);
        assertThat(identifiers.take()).isEqualTo(PacketIdentifiers.NONE);
        identifiers.release(65_535);
        assertThat(identifiers.take()).isEqualTo(65_535);
        identifiers.release(1);
        assertThat(identifiers.take()).isEqualTo(1);
    }

    @Test
    void reservedIdentifierIsNotGiven() {
        PacketIdentifiers identifiers = new PacketIdentifiers();
        identifiers.reserve(65_535);
        identifiers.reserve(2);

        assertThat(identifiers.take()).isEqualTo(3);
        assertThat(identifiers.inUse()).isEqualTo(3);
    }

    // ---- the send quota

    @Test
    @Spec({"MQTT-3.3.4-7", "MQTT-4.9.0-1", "MQTT-4.9.0-2"})
    void noMoreLeavesThanTheServersReceiveMaximum() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(2));
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", EXACTLY_ONCE);
        TestFlow third = client.publish("3", AT_LEAST_ONCE);
        TestFlow fourth = client.publish("4", AT_LEAST_ONCE);

        assertThat(client.sent()).containsExactly(publish(first, 1), publish(second, 2));
        client.receive(PUBACK);
        assertThat(client.sent()).containsExactly(publish(third, 3));
        client.receive(new PubRec(2, ReasonCode.SUCCESS)); // frees nothing: that is for PUBCOMP
        assertThat(client.sent()).containsExactly(new PubRel(2, ReasonCode.SUCCESS));
        client.receive(new PubComp(2, ReasonCode.SUCCESS));
        assertThat(client.sent()).containsExactly(publish(fourth, 4));
    }

    @Test
    @Spec("MQTT-4.9.0-2")
    void refusingPubRecFreesAPlace() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(1));
        client.publish("1", EXACTLY_ONCE);
        TestFlow second = client.publish("2", EXACTLY_ONCE);
        client.outputs();

        client.receive(new PubRec(1, ReasonCode.UNSPECIFIED_ERROR));

        assertThat(client.sent()).containsExactly(publish(second, 2));
    }

    @Test
    void acknowledgementThatComesTwiceDoesNotRaiseTheQuota() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(1));
        client.publish("1", AT_LEAST_ONCE);
        client.receive(PUBACK);
        client.receive(PUBACK);
        client.publish("2", AT_LEAST_ONCE);
        client.outputs();

        client.publish("3", AT_LEAST_ONCE);

        assertThat(client.outputs()).isEmpty();
    }

    @Test
    @Spec({"MQTT-3.3.4-8", "MQTT-4.9.0-3"})
    void allElseIsSentAtQuotaZero() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(1));
        client.publish("1", AT_LEAST_ONCE);
        IncomingFlow delivery = client.receiveMessage("in", EXACTLY_ONCE, 9);
        client.outputs();

        TestFlow unacknowledged = client.publish("2", AT_MOST_ONCE);
        client.subscribe("s");
        client.acknowledge(delivery);

        assertThat(client.sent())
                .containsExactly(
                        new Publish(unacknowledged.message(), 0, false),
                        new Subscribe(2, TestClient.subscriptions("s"), null, UserProperties.EMPTY),
                        new PubRec(9, ReasonCode.SUCCESS));
    }

    @Test
    @Spec({"MQTT-3.3.4-7", "MQTT-4.4.0-1", "MQTT-4.6.0-1"})
    void smallerReceiveMaximumHoldsForWhatIsSentAgain() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(4));
        for (int i = 1; i <= 4; i++) {
            client.publish("" + i, AT_LEAST_ONCE);
        }
        client.lose();

        client.reconnect(
                ConnAck.builder().sessionPresent(true).receiveMaximum(2).build());

        assertThat(identifiers(client.sent())).containsExactly(1, 2);
        client.receive(PUBACK);
        assertThat(client.sent()).singleElement().isInstanceOfSatisfying(Publish.class, publish -> {
            assertThat(publish.packetIdentifier()).isEqualTo(3);
            assertThat(publish.dup()).isTrue();
        });
    }

    @Test
    @Spec({"MQTT-4.4.0-1", "MQTT-4.9.0-2", "MQTT-4.9.0-3"})
    void pubRelsThatAreSentAgainUseTheQuotaUntilTheirPubComp() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(4));
        for (int i = 1; i <= 3; i++) {
            client.publish("" + i, EXACTLY_ONCE);
            client.receive(new PubRec(i, ReasonCode.SUCCESS));
        }
        TestFlow waiting = client.publish("4", AT_LEAST_ONCE);
        client.lose();
        client.reconnect(
                ConnAck.builder().sessionPresent(true).receiveMaximum(2).build());
        assertThat(client.sent())
                .containsExactly(
                        new PubRel(1, ReasonCode.SUCCESS),
                        new PubRel(2, ReasonCode.SUCCESS),
                        new PubRel(3, ReasonCode.SUCCESS));

        client.receive(new PubComp(1, ReasonCode.SUCCESS));
        assertThat(client.sent()).isEmpty();
        client.receive(new PubComp(2, ReasonCode.SUCCESS));

        assertThat(client.sent()).containsExactly(new Publish(waiting.message(), 4, true));
    }

    @Test
    void olderVersionSendsTwentyAtOnceUnlessToldOtherwise() {
        TestClient usual = TestClient.volatileOne(ProtocolVersion.MQTT_3_1_1).connected();
        TestClient bold = new TestClient(
                        TestClient.options(ProtocolVersion.MQTT_3_1_1).session(session -> session.sendMaximum(30)))
                .connected();

        for (int i = 0; i < 40; i++) {
            usual.publish("a", AT_LEAST_ONCE);
            bold.publish("a", AT_LEAST_ONCE);
        }

        assertThat(usual.sent()).hasSize(20);
        assertThat(bold.sent()).hasSize(30);
    }

    // ---- the transport takes no more

    @Test
    void noPublishLeavesWhileTheTransportTakesNoMore() {
        TestClient client = TestClient.volatileOne().connected();
        client.publish("0", EXACTLY_ONCE);
        client.outputs();
        client.session.onWritabilityChanged(false, client.nowNanos);

        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", AT_MOST_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));

        assertThat(client.sent()).containsExactly(new PubRel(1, ReasonCode.SUCCESS));
        assertThat(client.session.waiting()).isEqualTo(2);
        client.session.onWritabilityChanged(true, client.nowNanos);
        assertThat(client.outputs())
                .containsExactly(
                        new Send(new Publish(second.message(), 0, false)),
                        new Published(second, null),
                        new Send(publish(first, 2)));
    }

    @Test
    void whatWaitedIsSentWhenThereIsAConnection() {
        TestClient client = TestClient.volatileOne();
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", AT_MOST_ONCE);
        TestFlow third = client.publish("3", EXACTLY_ONCE);
        assertThat(client.outputs()).isEmpty();

        client.open(false);
        client.outputs();
        client.receive(ConnAck.accepted(false));

        assertThat(client.sent())
                .containsExactly(new Publish(second.message(), 0, false), publish(first, 1), publish(third, 2));
    }

    // ----

    private static ConnAck receiveMaximum(int receiveMaximum) {
        return ConnAck.builder().receiveMaximum(receiveMaximum).build();
    }

    private static Publish publish(TestFlow flow, int packetIdentifier) {
        return new Publish(flow.message(), packetIdentifier, false);
    }

    static Set<Integer> identifiers(List<Packet> packets) {
        Set<Integer> identifiers = new LinkedHashSet<>();
        for (Packet packet : packets) {
            if (packet instanceof Publish publish && publish.message().qos() != AT_MOST_ONCE) {
                identifiers.add(publish.packetIdentifier());
            } else if (packet instanceof Subscribe subscribe) {
                identifiers.add(subscribe.packetIdentifier());
            } else if (packet instanceof Unsubscribe unsubscribe) {
                identifiers.add(unsubscribe.packetIdentifier());
            }
        }
        return identifiers;
    }
}
