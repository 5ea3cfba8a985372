package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.AT_MOST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.SessionLost;
import io.reactivemqtt.client.ClientEvent.SessionResumed;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.session.Output.Complete;
import io.reactivemqtt.session.Output.Deliver;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.Fail;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishDropped;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.session.TestClient.TestRequest;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The next connection: of the same Session, or of a new one because the old is lost. */
class ResumeTest {

    // ---- the Session goes on

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({
        "MQTT-4.4.0-1",
        "MQTT-4.6.0-1",
        "MQTT-4.6.0-4",
        "MQTT-3.3.1-1",
        "MQTT-3.3.1-3",
        "MQTT-4.3.3-6",
        "3.1.1:MQTT-4.4.0-1",
        "3.1.1:MQTT-4.6.0-1",
        "3.1.1:MQTT-4.6.0-4",
        "3.1.1:MQTT-3.3.1-1",
        "3.1.1:MQTT-2.3.1-3"
    })
    void pubRelsComeInTheOrderOfThePubRecsAndPublishesInTheOriginalOrder(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version).connected();
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        client.publish("2", EXACTLY_ONCE);
        TestFlow third = client.publish("3", EXACTLY_ONCE);
        client.publish("4", EXACTLY_ONCE);
        TestFlow fifth = client.publish("5", AT_LEAST_ONCE);
        client.receive(new PubRec(4, ReasonCode.SUCCESS));
        client.receive(new PubRec(2, ReasonCode.SUCCESS));
        client.lose();
        TestFlow sixth = client.publish("6", AT_LEAST_ONCE);

        client.reconnect(true);

        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new ClientEvent.Connected("c", true)),
                        new Complete(client.connectRequest, ConnAck.accepted(true)),
                        new Emit(new SessionResumed(3, 2)),
                        new Send(new PubRel(4, ReasonCode.SUCCESS)),
                        new Send(new PubRel(2, ReasonCode.SUCCESS)),
                        new Send(new Publish(first.message(), 1, true)),
                        new Send(new Publish(third.message(), 3, true)),
                        new Send(new Publish(fifth.message(), 5, true)),
                        new Send(new Publish(sixth.message(), 6, false)));
    }

    @Test
    @Spec({"MQTT-4.4.0-1", "MQTT-3.3.1-3"})
    void dupTellsWhetherThePublishWasSentBefore() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(1));
        TestFlow sent = client.publish("1", AT_LEAST_ONCE);
        TestFlow waited = client.publish("2", AT_LEAST_ONCE);
        client.cutAndResume();

        assertThat(client.sent())
                .containsExactly(new Publish(sent.message(), 1, true), new Publish(waited.message(), 2, false));
        client.cutAndResume();
        assertThat(client.sent())
                .containsExactly(new Publish(sent.message(), 1, true), new Publish(waited.message(), 2, true));
    }

    @Test
    @Spec({"MQTT-4.4.0-1", "3.1.1:MQTT-4.4.0-1"})
    void nothingIsSentAgainOnTheSameConnection() {
        TestClient client = TestClient.volatileOne().connected();
        client.publish("1", AT_LEAST_ONCE);
        client.publish("2", EXACTLY_ONCE);
        client.receive(new PubRec(2, ReasonCode.SUCCESS));
        client.outputs();

        client.pass(Duration.ofSeconds(58));

        assertThat(client.outputs()).isEmpty();
    }

    @Test
    @Spec("MQTT-4.3.3-6")
    void answersToWhatIsNotYetSentAgainCountAsWell() {
        TestClient client = TestClient.volatileOne().connected();
        client.publish("1", AT_LEAST_ONCE);
        TestFlow exactly = client.publish("2", EXACTLY_ONCE);
        TestFlow third = client.publish("3", AT_LEAST_ONCE);
        client.lose();
        client.reconnect(
                ConnAck.builder().sessionPresent(true).receiveMaximum(1).build());
        client.outputs();

        client.receive(new PubRec(2, ReasonCode.SUCCESS)); // the Server had it, and has found that out late
        client.receive(new PubAck(3, ReasonCode.SUCCESS));
        client.receive(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(client.sent()).containsExactly(new PubRel(2, ReasonCode.SUCCESS));
        client.receive(new PubComp(2, ReasonCode.SUCCESS));
        assertThat(client.outputs()).containsExactly(new Published(exactly, new PubComp(2, ReasonCode.SUCCESS)));
        assertThat(third.stage).isEqualTo(OutgoingFlow.Stage.DONE);
        client.publish("4", AT_LEAST_ONCE);
        client.publish("5", AT_LEAST_ONCE);
        assertThat(client.sent()).hasSize(1); // and the quota is one, not more
    }

    // ---- the Session is lost

    @Test
    @Spec({"MQTT-3.2.2-5", "MQTT-4.3.3-6"})
    void whatTheServerHadTakenOverIsDoneAndItsPubRelNeverEntersTheNewSession() {
        TestClient client = TestClient.durableOne().connected();
        TestFlow flow = client.publish("1", EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.lose();

        client.reconnect(false);

        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new ClientEvent.Connected("c", false)),
                        new Complete(client.connectRequest, ConnAck.accepted(false)),
                        new Persist(new OutgoingCompleted(1)),
                        new Published(flow, null),
                        new Emit(new SessionLost(1, 0, SessionLossPolicy.REPUBLISH, 0, 0)));
    }

    @Test
    @Spec({"MQTT-3.2.2-5", "MQTT-3.3.1-3"})
    void republishedMessageIsNewInTheNewSessionAndMarkedAsAPossibleRepeat() {
        TestClient client = TestClient.durableOne().connected();
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", EXACTLY_ONCE);
        client.lose();
        TestFlow third = client.publish("3", AT_LEAST_ONCE);

        client.reconnect(false);

        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new ClientEvent.Connected("c", false)),
                        new Complete(client.connectRequest, ConnAck.accepted(false)),
                        new Persist(new OutgoingUnassigned(1)),
                        new Persist(new OutgoingUnassigned(2)),
                        new Emit(new SessionLost(0, 2, SessionLossPolicy.REPUBLISH, 0, 0)),
                        new Persist(new OutgoingAssigned(1, 3)),
                        new Send(new Publish(first.message(), 3, false)),
                        new Persist(new OutgoingAssigned(2, 4)),
                        new Send(new Publish(second.message(), 4, false)),
                        new Persist(new OutgoingAssigned(3, 5)),
                        new Send(new Publish(third.message(), 5, false)));
        assertThat(first.possibleRepeat()).isTrue();
        assertThat(third.possibleRepeat()).isFalse();
    }

    @Test
    void unknownOutcomeFailsWhereThatIsThePolicy() {
        TestClient client = withPolicy(SessionLossPolicy.FAIL);
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        client.publish("2", EXACTLY_ONCE);
        client.receive(new PubRec(2, ReasonCode.SUCCESS));
        client.lose();
        TestFlow waited = client.publish("3", AT_LEAST_ONCE);

        client.reconnect(false);

        assertThat(client.outputs())
                .contains(
                        new PublishFailed(first, OutcomeUnknownException.class),
                        new Emit(new SessionLost(1, 1, SessionLossPolicy.FAIL, 0, 0)))
                .endsWith(new Send(new Publish(waited.message(), 3, false)));
    }

    @Test
    void unknownOutcomeIsForgottenWhereThatIsThePolicy() {
        TestClient client = withPolicy(SessionLossPolicy.DROP);
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        client.lose();

        client.reconnect(false);

        assertThat(client.outputs())
                .endsWith(
                        new PublishDropped(first, OutcomeUnknownException.class),
                        new Emit(new SessionLost(0, 1, SessionLossPolicy.DROP, 0, 0)));
        assertThat(client.session.inFlight()).isZero();
    }

    @Test
    @Spec({"MQTT-3.2.2-5", "MQTT-4.3.3-12"})
    void incomingIdentifiersMeanNothingInTheNewSession() {
        TestClient client = TestClient.durableOne().connected();
        client.acknowledge(client.receiveMessage("1", EXACTLY_ONCE, 7));
        IncomingFlow unfinished = client.receiveMessage("2", EXACTLY_ONCE, 8);
        client.lose();
        client.reconnect(false);

        assertThat(client.outputs())
                .contains(
                        new Persist(new IncomingReleased(7)),
                        new Emit(new SessionLost(0, 0, SessionLossPolicy.REPUBLISH, 2, 0)));
        client.receive(TestClient.incoming("new", EXACTLY_ONCE, 7));
        client.receive(TestClient.incoming("new", EXACTLY_ONCE, 8));
        client.acknowledge(unfinished);
        assertThat(client.outputs())
                .containsExactly(
                        new Deliver(TestClient.incoming("new", EXACTLY_ONCE, 7)),
                        new Deliver(TestClient.incoming("new", EXACTLY_ONCE, 8)));
    }

    @Test
    @Spec({"MQTT-3.1.2-4", "MQTT-3.2.2-5"})
    void newSessionByWishFailsWhatIsUnknownAndForgetsSubscriptions() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).cleanStart(true));
        client.connected();
        client.subscribe("s");
        client.receive(new SubAck(1, List.of(ReasonCode.SUCCESS)));
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        client.lose();
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(false));

        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new ClientEvent.Connected("c", false)),
                        new Complete(client.connectRequest, ConnAck.accepted(false)),
                        new PublishFailed(flow, OutcomeUnknownException.class),
                        new Emit(new SessionLost(0, 1, SessionLossPolicy.FAIL, 0, 0)));
        assertThat(client.session.isSubscribed(TopicName.of("s"))).isFalse();
    }

    @Test
    void sessionOfOneConnectionIsLostWithItAndTold() {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier("c"));
        client.connected();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        client.lose();

        client.reconnect(false);

        assertThat(client.outputs())
                .endsWith(
                        new Emit(new SessionLost(0, 1, SessionLossPolicy.REPUBLISH, 0, 0)),
                        new Send(new Publish(flow.message(), 2, false)));
    }

    @Test
    void abandonedMessagesAreNotReportedWhenTheSessionIsLost() {
        TestClient client = withPolicy(SessionLossPolicy.FAIL);
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", EXACTLY_ONCE);
        client.receive(new PubRec(2, ReasonCode.SUCCESS));
        client.session.withdraw(first, client.nowNanos);
        client.session.withdraw(second, client.nowNanos);
        client.lose();

        client.reconnect(false);

        assertThat(client.outputs())
                .noneMatch(output -> output instanceof PublishFailed || output instanceof Published);
        assertThat(client.session.inFlight()).isZero();
    }

    // ---- the Session ends, or does not, with a disconnect

    @Test
    @Spec({"MQTT-3.1.2-23", "3.1.1:MQTT-3.1.2-4"})
    void messagesStayInASessionThatOutlivesItsConnection() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        client.disconnect();
        client.disconnect();
        client.outputs();

        client.reconnect(true);

        assertThat(client.sent()).containsExactly(new Publish(flow.message(), 1, true));
        client.receive(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(client.outputs()).isEmpty(); // its caller was told at the disconnect
    }

    @Test
    @Spec({"MQTT-4.3.3-12", "MQTT-3.1.2-23"})
    void nothingOfASessionThatEndedWithItsConnectionMeansAnythingLater() {
        TestClient client =
                new TestClient(ClientOptions.builder().clientIdentifier("c").build(), true);
        client.connected();
        client.subscribe("s");
        client.receive(new SubAck(1, List.of(ReasonCode.SUCCESS)));
        client.acknowledge(client.receiveMessage("old", EXACTLY_ONCE, 7));
        client.disconnect();
        assertThat(client.outputs()).contains(new Persist(new IncomingReleased(7)));
        assertThat(client.session.isSubscribed(TopicName.of("s"))).isFalse();

        client.connected();
        client.receive(TestClient.incoming("new", EXACTLY_ONCE, 7));

        assertThat(client.outputs()).containsExactly(new Deliver(TestClient.incoming("new", EXACTLY_ONCE, 7)));
    }

    @Test
    @Spec("MQTT-3.1.2-23")
    void sessionThatTheServerKeepsOnlyThisLongIsNotExpectedBack() {
        TestClient client = TestClient.volatileOne()
                .connected(ConnAck.builder().sessionExpiryIntervalSeconds(0).build());
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        client.disconnect();
        client.disconnect();
        assertThat(client.session.inFlight()).isZero();
        assertThat(flow.stage).isEqualTo(OutgoingFlow.Stage.DONE);
    }

    @Test
    @Spec({"MQTT-3.1.2-23", "MQTT-4.1.0-1"})
    void disconnectThatTheServerNeverHearsLeavesTheSessionAsItWas() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        client.lose();
        client.disconnect(new Disconnect(ReasonCode.SUCCESS, 0L, null, UserProperties.EMPTY, null));

        client.reconnect(true);

        assertThat(client.sent()).containsExactly(new Publish(flow.message(), 1, true));
    }

    @Test
    void disconnectEndsTheSessionWhereItSaysSo() {
        TestClient client = TestClient.volatileOne().connected();
        client.disconnect(new Disconnect(ReasonCode.SUCCESS, 0L, null, UserProperties.EMPTY, null));
        client.outputs();

        client.reconnect(false);

        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new ClientEvent.Connected("c", false)),
                        new Complete(client.connectRequest, ConnAck.accepted(false)));
    }

    @Test
    void giveUpTellsEverybodyAndKeepsTheSession() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow sent = client.publish("1", EXACTLY_ONCE);
        client.lose();
        TestFlow waiting = client.publish("2", AT_LEAST_ONCE);
        TestFlow unsent = client.publish("3", AT_MOST_ONCE);
        TestRequest subscribe = client.subscribe("s");
        client.outputs();

        client.session.giveUp(new ConnectionLostException("banned", ReasonCode.BANNED, null), client.nowNanos);

        assertThat(client.outputs())
                .containsExactly(
                        new Fail(subscribe, ConnectionLostException.class, ReasonCode.BANNED),
                        new PublishFailed(sent, ConnectionLostException.class, ReasonCode.BANNED),
                        new PublishFailed(waiting, ConnectionLostException.class, ReasonCode.BANNED),
                        new PublishFailed(unsent, ConnectionLostException.class, ReasonCode.BANNED));
        client.reconnect(true);
        assertThat(client.sent())
                .containsExactly(new Publish(sent.message(), 1, true), new Publish(waiting.message(), 2, false));
    }

    @Test
    void giveUpEndsASessionThatDoesNotOutliveItsConnection() {
        TestClient client =
                new TestClient(ClientOptions.builder().clientIdentifier("c").cleanStart(false));
        client.connected();
        client.acknowledge(client.receiveMessage("old", EXACTLY_ONCE, 7));
        TestFlow sent = client.publish("1", EXACTLY_ONCE);
        client.lose();
        client.session.giveUp(new ConnectionLostException("banned", null, null), client.nowNanos);
        assertThat(client.outputs()).contains(new PublishFailed(sent, ConnectionLostException.class));

        client.connected();

        client.receive(TestClient.incoming("new", EXACTLY_ONCE, 7));
        assertThat(client.outputs()).containsExactly(new Deliver(TestClient.incoming("new", EXACTLY_ONCE, 7)));
    }

    // ----

    private static TestClient withPolicy(SessionLossPolicy policy) {
        return new TestClient(TestClient.options(MQTT_5_0).session(session -> session.sessionLossPolicy(policy)))
                .connected();
    }

    private static ConnAck receiveMaximum(int receiveMaximum) {
        return ConnAck.builder().receiveMaximum(receiveMaximum).build();
    }
}
