package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.AT_MOST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent.MessageRefused;
import io.reactivemqtt.client.ClientEvent.ReceiveMaximumOverrun;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Output.Deliver;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.HoldReading;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages from the Server, their acknowledgements, and the Receive Maximum. */
class IncomingTest {

    // ---- acknowledgements

    @Test
    @Spec({"MQTT-3.3.4-1", "3.1.1:MQTT-3.3.4-1"})
    void qos0IsDeliveredAndNotAnswered() {
        TestClient client = TestClient.durableOne().connected();

        client.receive(TestClient.incoming("a", AT_MOST_ONCE, 0));

        assertThat(client.outputs()).containsExactly(new Deliver(TestClient.incoming("a", AT_MOST_ONCE, 0)));
        assertThat(client.recorded.deliveries).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-4.3.2-4", "MQTT-3.3.4-1", "3.1.1:MQTT-4.3.2-2"})
    void qos1IsAnsweredWhenTheApplicationIsDone(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();

        IncomingFlow delivery = client.receiveMessage("a", AT_LEAST_ONCE, 7);

        assertThat(client.outputs()).containsExactly(new Deliver(TestClient.incoming("a", AT_LEAST_ONCE, 7)));
        assertThat(client.session.unacknowledged()).isEqualTo(1);
        client.acknowledge(delivery);
        client.acknowledge(delivery);
        assertThat(client.outputs()).containsExactly(new Send(new PubAck(7, ReasonCode.SUCCESS)));
        assertThat(client.session.unacknowledged()).isZero();
    }

    @Test
    void whatTheApplicationTakesAtOnceIsAnsweredAtOnceButInItsTurn() {
        TestClient client = TestClient.durableOne().connected();
        IncomingFlow first = client.receiveMessage("a", AT_LEAST_ONCE, 1);
        client.outputs();
        client.recorded.takesAtOnce = true;

        client.receive(TestClient.incoming("b", AT_LEAST_ONCE, 2));
        client.receive(TestClient.incoming("c", EXACTLY_ONCE, 3));
        client.receive(TestClient.incoming("d", AT_MOST_ONCE, 0));
        client.acknowledge(first);

        assertThat(client.outputs())
                .containsExactly(
                        new Deliver(TestClient.incoming("b", AT_LEAST_ONCE, 2)),
                        new Deliver(TestClient.incoming("c", EXACTLY_ONCE, 3)),
                        new Persist(new IncomingProcessed(3)),
                        new Send(new PubRec(3, ReasonCode.SUCCESS)),
                        new Deliver(TestClient.incoming("d", AT_MOST_ONCE, 0)),
                        new Send(new PubAck(1, ReasonCode.SUCCESS)),
                        new Send(new PubAck(2, ReasonCode.SUCCESS)));
        assertThat(client.session.unacknowledged()).isEqualTo(1);
    }

    @Test
    @Spec({"MQTT-4.3.2-5", "3.1.1:MQTT-4.3.2-2"})
    void identifierOfQos1IsANewMessageWhateverDupSays() {
        TestClient client = TestClient.volatileOne().connected();
        client.acknowledge(client.receiveMessage("a", AT_LEAST_ONCE, 7));
        client.outputs();

        client.receive(TestClient.repeated("a", AT_LEAST_ONCE, 7));

        assertThat(client.outputs()).containsExactly(new Deliver(TestClient.repeated("a", AT_LEAST_ONCE, 7)));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-4.3.3-8", "MQTT-4.3.3-11", "MQTT-4.3.3-12", "3.1.1:MQTT-4.3.3-2"})
    void qos2IsStoredBeforePubRecAndForgottenBeforePubComp(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();
        client.acknowledge(client.receiveMessage("a", EXACTLY_ONCE, 7));
        client.receive(new PubRel(7, ReasonCode.SUCCESS));
        client.receive(TestClient.incoming("b", EXACTLY_ONCE, 7));

        assertThat(client.outputs())
                .containsExactly(
                        new Deliver(TestClient.incoming("a", EXACTLY_ONCE, 7)),
                        new Persist(new IncomingProcessed(7)),
                        new Send(new PubRec(7, ReasonCode.SUCCESS)),
                        new Persist(new IncomingReleased(7)),
                        new Send(new PubComp(7, ReasonCode.SUCCESS)),
                        new Deliver(TestClient.incoming("b", EXACTLY_ONCE, 7)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    @Spec({"MQTT-4.6.0-2", "MQTT-4.6.0-3", "3.1.1:MQTT-4.6.0-2", "3.1.1:MQTT-4.6.0-3"})
    void acknowledgementsLeaveInTheOrderOfArrivalInWhateverOrderTheApplicationIsDone(Qos qos) {
        for (long seed = 0; seed < 50; seed++) {
            TestClient client = TestClient.volatileOne().connected();
            List<Packet> expected = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                client.receiveMessage("a", qos, i);
                expected.add(
                        qos == AT_LEAST_ONCE ? new PubAck(i, ReasonCode.SUCCESS) : new PubRec(i, ReasonCode.SUCCESS));
            }
            List<IncomingFlow> deliveries = new ArrayList<>(client.recorded.deliveries);
            Collections.shuffle(deliveries, new Random(seed));

            deliveries.forEach(client::acknowledge);

            assertThat(client.sent()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void whatNobodyHasAnyMoreHoldsNoLaterAcknowledgementBack(Qos qos) {
        TestClient client = TestClient.volatileOne().connected();
        client.receiveMessage("a", qos, 1);
        IncomingFlow forgotten = client.receiveMessage("a", qos, 2);
        IncomingFlow done = client.receiveMessage("a", qos, 3);
        client.receiveMessage("a", qos, 4);
        client.acknowledge(done);
        client.session.forget(forgotten, 0);
        assertThat(client.sent()).isEmpty();

        client.acknowledge(client.recorded.deliveries.get(0));

        assertThat(client.sent())
                .containsExactlyElementsOf(
                        qos == AT_LEAST_ONCE
                                ? List.of(new PubAck(1, ReasonCode.SUCCESS), new PubAck(3, ReasonCode.SUCCESS))
                                : List.of(new PubRec(1, ReasonCode.SUCCESS), new PubRec(3, ReasonCode.SUCCESS)));
        client.acknowledge(forgotten); // too late
        assertThat(client.sent()).isEmpty();
    }

    @Test
    void oneQosDoesNotWaitForTheOther() {
        TestClient client = TestClient.volatileOne().connected();
        client.receiveMessage("a", EXACTLY_ONCE, 1);
        IncomingFlow once = client.receiveMessage("b", AT_LEAST_ONCE, 2);

        client.acknowledge(once);

        assertThat(client.sent()).containsExactly(new PubAck(2, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void everyRepeatOfAMessageInHandIsAnsweredWhenItIsDone() {
        TestClient client = TestClient.volatileOne().connected();
        IncomingFlow delivery = client.receiveMessage("a", EXACTLY_ONCE, 7);
        client.receive(TestClient.repeated("a", EXACTLY_ONCE, 7));
        client.outputs();

        client.acknowledge(delivery);

        assertThat(client.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS), new PubRec(7, ReasonCode.SUCCESS));
    }

    // ---- limits that the application sets

    private static final UserProperties THREE_PAIRS =
            UserProperties.of("a", "1").with("b", "2").with("a", "ä");

    private static Publish withProperties(UserProperties pairs, Qos qos, int packetIdentifier) {
        return new Publish(
                ApplicationMessage.to("a").qos(qos).userProperties(pairs).build(), packetIdentifier, false);
    }

    static Stream<Arguments> limitsThatThreePairsExceed() {
        return Stream.of(
                Arguments.of(2, Integer.MAX_VALUE, "3 User Properties, the limit is 2"),
                Arguments.of(3, 6, "User Properties of 7 bytes, the limit is 6"));
    }

    @ParameterizedTest
    @MethodSource("limitsThatThreePairsExceed")
    @Spec("MQTT-3.3.4-1")
    void messageWithMoreUserPropertiesThanTheApplicationWantsIsRefusedAndTheConnectionStays(
            int count, int bytes, String limit) {
        TestClient client = new TestClient(
                        TestClient.options(MQTT_5_0).session(session -> session.maximumUserProperties(count, bytes)))
                .connected();
        IncomingFlow before = client.receiveMessage("a", AT_LEAST_ONCE, 1);
        client.outputs();

        client.receive(withProperties(THREE_PAIRS, AT_MOST_ONCE, 0));
        client.receive(withProperties(THREE_PAIRS, AT_LEAST_ONCE, 2));
        client.receive(withProperties(THREE_PAIRS, EXACTLY_ONCE, 3));
        client.acknowledge(before);

        TopicName a = TopicName.of("a");
        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new MessageRefused(a, AT_MOST_ONCE, ReasonCode.QUOTA_EXCEEDED, limit)),
                        new Emit(new MessageRefused(a, AT_LEAST_ONCE, ReasonCode.QUOTA_EXCEEDED, limit)),
                        new Emit(new MessageRefused(a, EXACTLY_ONCE, ReasonCode.QUOTA_EXCEEDED, limit)),
                        new Send(new PubRec(3, ReasonCode.QUOTA_EXCEEDED)),
                        new Send(new PubAck(1, ReasonCode.SUCCESS)),
                        new Send(new PubAck(2, ReasonCode.QUOTA_EXCEEDED)));
        assertThat(client.session.unacknowledged()).isZero();
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void messageWithAsManyUserPropertiesAsTheLimitIsDelivered() {
        TestClient client = new TestClient(
                        TestClient.options(MQTT_5_0).session(session -> session.maximumUserProperties(3, 7)))
                .connected();

        client.receive(withProperties(THREE_PAIRS, AT_LEAST_ONCE, 2));

        assertThat(client.outputs()).containsExactly(new Deliver(withProperties(THREE_PAIRS, AT_LEAST_ONCE, 2)));
    }

    // ---- refused

    @Test
    @Spec({"MQTT-4.3.3-9", "MQTT-3.4.2-1", "MQTT-3.5.2-1"})
    void refusedMessageIsANewOneWhenItComesAgain() {
        TestClient client = TestClient.durableOne().connected();
        IncomingFlow once = client.receiveMessage("a", AT_LEAST_ONCE, 6);
        IncomingFlow exactly = client.receiveMessage("b", EXACTLY_ONCE, 7);
        client.outputs();

        client.acknowledge(once, ReasonCode.QUOTA_EXCEEDED);
        client.acknowledge(exactly, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        client.receive(TestClient.repeated("b", EXACTLY_ONCE, 7));

        assertThat(client.outputs())
                .containsExactly(
                        new Send(new PubAck(6, ReasonCode.QUOTA_EXCEEDED)),
                        new Send(new PubRec(7, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR)),
                        new Deliver(TestClient.repeated("b", EXACTLY_ONCE, 7)));
        assertThat(client.session.unacknowledged()).isEqualTo(1);
    }

    @Test
    void refusalThatMqtt311CannotSayIsAnAcknowledgement() {
        TestClient client = TestClient.volatileOne(MQTT_3_1_1).connected();

        client.acknowledge(client.receiveMessage("a", AT_LEAST_ONCE, 6), ReasonCode.NOT_AUTHORIZED);

        assertThat(client.sent()).containsExactly(new PubAck(6, ReasonCode.SUCCESS));
    }

    @Test
    @Spec({"MQTT-3.4.2-1", "MQTT-3.5.2-1"})
    void reasonCodeThatNoAcknowledgementCarriesIsRefusedAtOnceAndChangesNothing() {
        TestClient client = TestClient.volatileOne().connected();
        IncomingFlow first = client.receiveMessage("a", AT_LEAST_ONCE, 6);
        IncomingFlow second = client.receiveMessage("a", AT_LEAST_ONCE, 7);
        client.outputs();

        assertThatThrownBy(() -> client.acknowledge(second, ReasonCode.SERVER_BUSY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SERVER_BUSY");

        client.acknowledge(first);
        client.acknowledge(second);
        assertThat(client.sent()).containsExactly(new PubAck(6, ReasonCode.SUCCESS), new PubAck(7, ReasonCode.SUCCESS));
    }

    // ---- after a reconnect

    @Test
    @Spec("MQTT-4.3.2-4")
    void lateAcknowledgementOfQos1IsDroppedAndTheRepeatCanBeAcknowledged() {
        TestClient client = TestClient.volatileOne().connected();
        IncomingFlow late = client.receiveMessage("a", AT_LEAST_ONCE, 7);
        client.cutAndResume();
        IncomingFlow repeat = client.receiveMessage("a", AT_LEAST_ONCE, 7);
        client.outputs();

        client.acknowledge(late);
        assertThat(client.outputs()).isEmpty();
        client.acknowledge(repeat);

        assertThat(client.sent()).containsExactly(new PubAck(7, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void lateAcknowledgementOfQos2MarksItAndTheRepeatIsAnsweredAtOnce() {
        TestClient client = TestClient.durableOne().connected();
        IncomingFlow late = client.receiveMessage("a", EXACTLY_ONCE, 7);
        client.cutAndResume();
        client.outputs();

        client.acknowledge(late);
        assertThat(client.outputs()).containsExactly(new Persist(new IncomingProcessed(7)));
        client.receive(TestClient.repeated("a", EXACTLY_ONCE, 7));

        assertThat(client.outputs()).containsExactly(new Send(new PubRec(7, ReasonCode.SUCCESS)));
    }

    @Test
    void acknowledgementBetweenTwoConnectionsIsNotLost() {
        TestClient client = TestClient.durableOne().connected();
        IncomingFlow once = client.receiveMessage("a", AT_LEAST_ONCE, 6);
        IncomingFlow exactly = client.receiveMessage("a", EXACTLY_ONCE, 7);
        client.lose();
        client.outputs();

        client.acknowledge(once);
        client.acknowledge(exactly);

        assertThat(client.session.unacknowledged()).isZero();
        assertThat(client.outputs()).containsExactly(new Persist(new IncomingProcessed(7)));
        client.reconnect(true);
        client.outputs();
        client.receive(TestClient.repeated("a", EXACTLY_ONCE, 7));
        assertThat(client.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void repeatOfAMessageStillInHandIsNotDeliveredAgain() {
        TestClient client = TestClient.volatileOne().connected();
        IncomingFlow inHand = client.receiveMessage("a", EXACTLY_ONCE, 7);
        client.cutAndResume();
        client.outputs();

        client.receive(TestClient.repeated("a", EXACTLY_ONCE, 7));
        assertThat(client.outputs()).isEmpty();
        client.acknowledge(inHand);

        assertThat(client.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("MQTT-4.3.3-11")
    void pubRelOfAnEarlierConnectionsMessageEndsIt() {
        TestClient client = TestClient.volatileOne().connected();
        client.acknowledge(client.receiveMessage("a", EXACTLY_ONCE, 7));
        client.cutAndResume();
        client.outputs();

        client.receive(new PubRel(7, ReasonCode.SUCCESS));

        assertThat(client.sent()).containsExactly(new PubComp(7, ReasonCode.SUCCESS));
        assertThat(client.session.unacknowledged()).isZero();
    }

    @Test
    void lateRefusalIsSentWhenTheMessageComesAgain() {
        TestClient client = TestClient.durableOne().connected();
        IncomingFlow late = client.receiveMessage("a", EXACTLY_ONCE, 7);
        client.cutAndResume();
        client.acknowledge(late, ReasonCode.NOT_AUTHORIZED);
        client.outputs();

        client.receive(TestClient.repeated("a", EXACTLY_ONCE, 7));

        assertThat(client.outputs()).containsExactly(new Send(new PubRec(7, ReasonCode.NOT_AUTHORIZED)));
        assertThat(client.session.unacknowledged()).isZero();
    }

    @Test
    void storeForgetsOnlyWhatItHasWhenTheSessionIsLost() {
        TestClient client = TestClient.durableOne().connected();
        client.receiveMessage("a", EXACTLY_ONCE, 6);
        IncomingFlow refused = client.receiveMessage("b", EXACTLY_ONCE, 7);
        client.lose();
        client.acknowledge(refused, ReasonCode.NOT_AUTHORIZED);

        client.reconnect(false);

        assertThat(client.outputs()).noneMatch(Persist.class::isInstance);
    }

    // ---- the Receive Maximum

    @Test
    @Spec("MQTT-3.3.4-9")
    void anOverrunIsToldOnceAndBeyondAsMuchAgainReadingPausesUntilThereIsRoom() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).receiveMaximum(2)).connected();

        for (int i = 1; i <= 4; i++) {
            client.receiveMessage("a", i % 2 == 0 ? AT_LEAST_ONCE : EXACTLY_ONCE, i);
        }

        assertThat(client.outputs().stream().filter(output -> !(output instanceof Deliver)))
                .containsExactly(new Emit(new ReceiveMaximumOverrun(2)));
        client.receive(TestClient.incoming("a", AT_LEAST_ONCE, 5));
        assertThat(client.outputs()).contains(new HoldReading(true));
        client.recorded.deliveries.subList(0, 2).forEach(client::acknowledge);
        assertThat(client.outputs()).doesNotContain(new HoldReading(false));
        client.acknowledge(client.recorded.deliveries.get(2));
        assertThat(client.outputs()).contains(new HoldReading(false));
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void aServerOfMqtt311IsBoundedTooByPausingReading() {
        TestClient client = new TestClient(TestClient.options(MQTT_3_1_1).receiveMaximum(10)).connected();

        for (int i = 1; i <= 20; i++) {
            client.receiveMessage("a", AT_LEAST_ONCE, i);
        }
        assertThat(client.outputs()).doesNotContain(new HoldReading(true));
        client.receiveMessage("a", AT_LEAST_ONCE, 21);

        assertThat(client.outputs()).contains(new HoldReading(true));
        client.session.onTransportLost(null, client.nowNanos);
        assertThat(client.outputs()).contains(new HoldReading(false)); // the Server sends all of it again
    }

    @Test
    void whatIsAcknowledgedAfterItsConnectionMakesNoRoomOnTheNext() {
        TestClient client = new TestClient(TestClient.options(MQTT_3_1_1).receiveMaximum(1)).connected();
        IncomingFlow delivery = client.receiveMessage("a", EXACTLY_ONCE, 1);
        client.session.onTransportLost(null, client.nowNanos);
        client.acknowledge(delivery);
        client.connected(ConnAck.accepted(true));
        client.outputs();

        for (int i = 2; i <= 4; i++) {
            client.receiveMessage("a", AT_LEAST_ONCE, i);
        }

        assertThat(client.outputs()).contains(new HoldReading(true));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void anIdentifierThatIsRepeatedBeforeItsAcknowledgementIsTheSameMessage(ProtocolVersion version) {
        TestClient client = new TestClient(TestClient.options(version)).connected();
        IncomingFlow delivery = client.receiveMessage("a", AT_LEAST_ONCE, 1);
        client.outputs();

        client.receive(TestClient.repeated("a", AT_LEAST_ONCE, 1));
        client.receive(TestClient.repeated("a", AT_LEAST_ONCE, 1));
        assertThat(client.outputs()).isEmpty();

        client.acknowledge(delivery);
        assertThat(client.outputs()).containsExactly(new Send(new PubAck(1, ReasonCode.SUCCESS)));
        client.receive(TestClient.incoming("b", AT_LEAST_ONCE, 1)); // it is free again
        assertThat(client.outputs()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = Qos.class, names = "AT_MOST_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void anIdentifierInUseThatComesWithAnotherContentEndsTheConnection(Qos qos) {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)).connected();
        client.receiveMessage("a", qos, 1);
        client.receive(TestClient.incoming("a", qos, 1)); // without DUP, but the same
        assertThat(client.session.isConnected()).isTrue();
        client.outputs();

        client.receive(TestClient.incoming("b", qos, 1));

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    @Spec("MQTT-3.3.4-9")
    void strictClientTakesNoOverrun() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                        .receiveMaximum(2)
                        .session(session -> session.strictReceiveMaximum()))
                .connected();
        client.receiveMessage("a", AT_LEAST_ONCE, 1);
        client.receiveMessage("a", EXACTLY_ONCE, 2);
        client.receive(TestClient.incoming("a", AT_MOST_ONCE, 0));
        client.receive(TestClient.repeated("a", EXACTLY_ONCE, 2));
        client.outputs();

        client.receive(TestClient.incoming("a", AT_LEAST_ONCE, 3));

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED));
    }

    @Test
    @Spec("MQTT-3.3.4-9")
    void placeIsFreeOnlyAfterPubAckAndPubComp() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                        .receiveMaximum(1)
                        .session(session -> session.strictReceiveMaximum()))
                .connected();
        for (int i = 1; i <= 3; i++) {
            client.acknowledge(client.receiveMessage("a", AT_LEAST_ONCE, i));
            client.acknowledge(client.receiveMessage("a", EXACTLY_ONCE, i + 10));
            client.receive(new PubRel(i + 10, ReasonCode.SUCCESS));
        }
        assertThat(client.session.isConnected()).isTrue();
        client.acknowledge(client.receiveMessage("a", EXACTLY_ONCE, 5)); // PUBREC frees nothing

        client.receive(TestClient.incoming("a", AT_LEAST_ONCE, 6));

        assertThat(client.session.isDisconnected()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void everythingMayBeSentAgainAfterAReconnect(ProtocolVersion version) {
        int count = version == MQTT_5_0 ? 2 : 1000; // MQTT 3.1.1 knows no Receive Maximum
        TestClient client = new TestClient(TestClient.options(version)
                        .receiveMaximum(2)
                        .session(session -> session.strictReceiveMaximum()))
                .connected();
        for (int i = 1; i <= count; i++) {
            client.receiveMessage("a", EXACTLY_ONCE, i);
        }
        client.cutAndResume();
        client.outputs();

        for (int i = 1; i <= count; i++) {
            client.receive(TestClient.repeated("a", EXACTLY_ONCE, i));
        }

        assertThat(client.outputs().stream().filter(output -> !(output instanceof HoldReading)))
                .isEmpty();
        client.recorded.deliveries.forEach(client::acknowledge);
        assertThat(client.sent()).hasSize(count);
    }

    @Test
    void repeatsWithoutEndOnOneConnectionAreStopped() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).receiveMaximum(2)).connected();
        client.receiveMessage("a", EXACTLY_ONCE, 1);

        for (int i = 0; i < 10; i++) {
            client.receive(TestClient.repeated("a", EXACTLY_ONCE, 1));
        }

        assertThat(client.session.isDisconnected()).isTrue();
    }

    @Test
    void overrunIsToldOnceOfEachConnection() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).receiveMaximum(1)).connected();
        client.receiveMessage("a", AT_LEAST_ONCE, 1);
        client.receiveMessage("a", AT_LEAST_ONCE, 2);
        client.cutAndResume();
        client.outputs();

        client.receiveMessage("a", AT_LEAST_ONCE, 1);
        client.receiveMessage("a", AT_LEAST_ONCE, 2);

        assertThat(client.outputs()).contains(new Emit(new ReceiveMaximumOverrun(1)));
    }
}
