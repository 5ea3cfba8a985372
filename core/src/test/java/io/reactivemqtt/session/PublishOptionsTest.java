package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.AT_MOST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.IfOffline;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishDropped;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What one message wants that the others do not: how long it waits, for what, and what replaces it. */
class PublishOptionsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Stream<Arguments> versionsAndQos() {
        return Stream.of(ProtocolVersion.values())
                .flatMap(version -> Stream.of(Qos.values()).map(qos -> Arguments.of(version, qos)));
    }

    private static ApplicationMessage message(String topic, Qos qos) {
        return ApplicationMessage.of(topic, "", qos);
    }

    private static void withinAMinute(PublishOptions.Builder options) {
        options.sendWithin(MINUTE);
    }

    private static Consumer<PublishOptions.Builder> latestOf(String key) {
        return options -> options.latestOf(key);
    }

    /** Connects, and returns the topics of the messages that leave. */
    private static List<String> topicsThatLeave(TestClient client) {
        client.open(false);
        client.outputs();
        client.receive(ConnAck.accepted(false));
        return topics(client.sent());
    }

    private static List<String> topics(List<Packet> packets) {
        return packets.stream()
                .filter(Publish.class::isInstance)
                .map(packet -> ((Publish) packet).message().topicName().toString())
                .toList();
    }

    // ---- sendWithin

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void whatCannotBeSentInTimeIsWithdrawn(ProtocolVersion version, Qos qos) {
        TestClient client = TestClient.volatileOne(version);
        TestFlow flow = client.publish(message("1", qos), PublishOptionsTest::withinAMinute);
        assertThat(client.session.nextDeadlineNanos()).isEqualTo(client.nowNanos + MINUTE.toNanos());

        client.pass(MINUTE.minusNanos(1));
        assertThat(client.outputs()).isEmpty();
        client.pass(Duration.ofNanos(1));

        assertThat(client.outputs()).containsExactly(new PublishFailed(flow, NotSentException.class));
        assertThat(client.session.nextDeadlineNanos()).isEqualTo(Session.NO_DEADLINE);
        assertThat(topicsThatLeave(client)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void whatCouldNotLeaveBeforeTheTimeWasOverDoesNotEvenIfNobodyLookedAtTheTime(ProtocolVersion version, Qos qos) {
        TestClient client = TestClient.volatileOne(version);
        client.publish(message("1", qos), PublishOptionsTest::withinAMinute);
        client.publish(message("2", qos), options -> options.sendWithin(MINUTE.multipliedBy(2)));

        client.nowNanos += MINUTE.toNanos();

        assertThat(topicsThatLeave(client)).containsExactly("2");
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void whatWaitsForTheSendWindowIsWithdrawnInTimeToo(ProtocolVersion version) {
        TestClient client = new TestClient(
                TestClient.options(version)
                        .session(session -> session.sendMaximum(1))
                        .build(),
                false);
        client.connected();
        TestFlow sent = client.publish(message("1", AT_LEAST_ONCE), PublishOptionsTest::withinAMinute);
        TestFlow waiting = client.publish(message("2", AT_LEAST_ONCE), PublishOptionsTest::withinAMinute);
        client.outputs();

        client.pass(MINUTE);

        assertThat(client.outputs())
                .contains(new PublishFailed(waiting, NotSentException.class))
                .noneMatch(output -> output instanceof PublishFailed failed && failed.flow() == sent);
        client.receive(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(client.outputs()).containsExactly(new Published(sent, new PubAck(1, ReasonCode.SUCCESS)));
    }

    @Test
    void aMessageThatWasSentMayTakeItsTimeAlsoWhenItIsSentAgain() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish(message("1", AT_LEAST_ONCE), PublishOptionsTest::withinAMinute);
        client.lose();
        client.outputs();
        client.pass(MINUTE);
        assertThat(client.outputs()).isEmpty();

        client.reconnect(true);

        assertThat(client.sent()).containsExactly(new Publish(flow.message(), 1, true));
    }

    @Test
    void aMessageThatIsPublishedAnewBecauseTheSessionWasLostHasBeenSentToo() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow again = sentAndWaitingAgain(client, PublishOptionsTest::withinAMinute);

        client.pass(MINUTE);

        assertThat(client.outputs()).noneMatch(PublishFailed.class::isInstance);
        assertThat(again.possibleRepeat()).isTrue();
    }

    /** Returns a message that was sent in a Session that is lost now, and waits behind another for the send window of the next. */
    private static TestFlow sentAndWaitingAgain(TestClient client, Consumer<PublishOptions.Builder> options) {
        client.publish("before", AT_LEAST_ONCE);
        TestFlow flow = client.publish(message("again", AT_LEAST_ONCE), options);
        client.lose();
        client.reconnect(ConnAck.builder().receiveMaximum(1).build());
        assertThat(topics(client.sent())).containsExactly("before");
        return flow;
    }

    @Test
    void theMessageExpiryIntervalStillHolds() {
        TestClient client = TestClient.volatileOne();
        ApplicationMessage expiring = message("1", AT_LEAST_ONCE).withMessageExpiryInterval(Duration.ofSeconds(30));
        TestFlow flow = client.publish(expiring, PublishOptionsTest::withinAMinute);

        client.pass(Duration.ofSeconds(30));

        assertThat(client.outputs()).containsExactly(new PublishFailed(flow, MessageExpiredException.class));
    }

    @Test
    void theTimeOfAWithdrawnMessageMeansNothing() {
        TestClient client = TestClient.volatileOne();
        TestFlow flow = client.publish(message("1", AT_LEAST_ONCE), PublishOptionsTest::withinAMinute);

        client.session.withdraw(flow, client.nowNanos);

        assertThat(client.session.nextDeadlineNanos()).isEqualTo(Session.NO_DEADLINE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void whatIsWithdrawnIsNotStoredAnyMore(Qos qos) {
        TestClient client = TestClient.durableOne();
        client.publish(message("1", qos), PublishOptionsTest::withinAMinute);
        client.outputs();

        client.pass(MINUTE);

        assertThat(client.outputs()).contains(new Persist(new OutgoingCompleted(1)));
    }

    // ---- ifOffline

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void withoutAConnectionAMessageFailsAtOnceIfItShall(ProtocolVersion version, Qos qos) {
        TestClient client = TestClient.durableOne(version);

        TestFlow flow = client.publish(message("1", qos), options -> options.ifOffline(IfOffline.FAIL));

        assertThat(client.outputs()).containsExactly(new PublishFailed(flow, NotSentException.class));
        assertThat(topicsThatLeave(client)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void withAConnectionItIsSent(ProtocolVersion version, Qos qos) {
        TestClient client = TestClient.volatileOne(version).connected();

        client.publish(message("1", qos), options -> options.ifOffline(IfOffline.FAIL));

        assertThat(topics(client.sent())).containsExactly("1");
    }

    @Test
    void anAttemptToConnectIsNoConnection() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();

        TestFlow flow = client.publish(message("1", AT_MOST_ONCE), options -> options.ifOffline(IfOffline.FAIL));

        assertThat(client.outputs()).containsExactly(new PublishFailed(flow, NotSentException.class));
    }

    // ---- onSessionLoss

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void eachMessageMayHaveAPolicyOfItsOwnForALostSession(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();
        TestFlow failing = client.publish(
                message("fail", AT_LEAST_ONCE), options -> options.onSessionLoss(SessionLossPolicy.FAIL));
        TestFlow dropped =
                client.publish(message("drop", EXACTLY_ONCE), options -> options.onSessionLoss(SessionLossPolicy.DROP));
        client.publish(message("as the client", AT_LEAST_ONCE));
        client.lose();

        client.reconnect(false);

        assertThat(client.recorded.outputs)
                .contains(
                        new PublishFailed(failing, OutcomeUnknownException.class),
                        new PublishDropped(dropped, OutcomeUnknownException.class));
        assertThat(topics(client.sent())).containsExactly("as the client");
    }

    @Test
    void aMessageMayBePublishedAnewWhereTheClientGivesUp() {
        TestClient client = new TestClient(
                TestClient.options(MQTT_5_0).session(session -> session.sessionLossPolicy(SessionLossPolicy.FAIL)));
        client.connected();
        client.publish(message("fail", AT_LEAST_ONCE));
        client.publish(message("again", AT_LEAST_ONCE), options -> options.onSessionLoss(SessionLossPolicy.REPUBLISH));
        client.lose();

        client.reconnect(false);

        assertThat(topics(client.sent())).containsExactly("again");
    }

    @Test
    void aSessionThatIsEndedByWishTakesAllMessagesWithIt() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).cleanStart(true));
        client.connected();
        TestFlow flow = client.publish(
                message("1", AT_LEAST_ONCE), options -> options.onSessionLoss(SessionLossPolicy.REPUBLISH));
        client.lose();
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(false));

        assertThat(client.outputs()).contains(new PublishFailed(flow, OutcomeUnknownException.class));
    }

    // ---- latestOf

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void onlyTheNewestOfAKeyWaits(ProtocolVersion version, Qos qos) {
        TestClient client = TestClient.volatileOne(version);
        TestFlow first = client.publish(message("first", qos), latestOf("gauge"));
        client.publish(message("other key", qos), latestOf("other"));
        client.publish(message("no key", qos));
        TestFlow second = client.publish(message("second", qos), latestOf("gauge"));
        client.publish(message("newest", qos), latestOf("gauge"));

        assertThat(client.outputs())
                .containsExactly(
                        new PublishDropped(first, NotSentException.class),
                        new PublishDropped(second, NotSentException.class));
        assertThat(client.session.waiting()).isEqualTo(3);
        assertThat(topicsThatLeave(client)).containsExactly("other key", "no key", "newest");
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void theNewestTakesThePlaceOfOneAtAnotherQos(Qos qos) {
        TestClient client = TestClient.volatileOne();
        for (Qos other : Qos.values()) {
            client.publish(message("older", other), latestOf("gauge"));
        }

        client.publish(message("newest", qos), latestOf("gauge"));

        assertThat(topicsThatLeave(client)).containsExactly("newest");
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void behindTheSendWindowOnlyTheNewestWaitsAndWhatWasSentStays(ProtocolVersion version) {
        TestClient client = new TestClient(
                TestClient.options(version)
                        .session(session -> session.sendMaximum(1))
                        .build(),
                false);
        client.connected();
        TestFlow sent = client.publish(message("sent", AT_LEAST_ONCE), latestOf("gauge"));
        TestFlow replaced = client.publish(message("replaced", AT_LEAST_ONCE), latestOf("gauge"));
        client.publish(message("newest", AT_LEAST_ONCE), latestOf("gauge"));
        assertThat(client.outputs()).contains(new PublishDropped(replaced, NotSentException.class));

        client.receive(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(client.recorded.outputs).contains(new Published(sent, new PubAck(1, ReasonCode.SUCCESS)));
        assertThat(topics(client.sent())).containsExactly("newest");
    }

    @Test
    void whatWaitsForTheSendWindowIsReplacedByQos0ThatNeedNotWait() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).session(session -> session.sendMaximum(1)));
        client.connected();
        client.publish(message("sent", AT_LEAST_ONCE));
        client.publish(message("stale", AT_LEAST_ONCE), latestOf("gauge"));
        client.publish(message("newest", AT_MOST_ONCE), latestOf("gauge"));
        client.receive(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(topics(client.sent())).containsExactly("sent", "newest");
    }

    @Test
    void whatIsPublishedAnewBecauseTheSessionWasLostIsNotReplaced() {
        TestClient client = TestClient.volatileOne().connected();
        sentAndWaitingAgain(client, latestOf("gauge"));

        client.publish(message("newest", AT_LEAST_ONCE), latestOf("gauge"));

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.waiting()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void theNewestIsDurableBeforeTheOneThatItReplacesIsGone(Qos qos) {
        TestClient client = TestClient.durableOne();
        client.publish(message("first", qos), latestOf("gauge"));
        client.outputs();

        TestFlow newest = client.publish(message("newest", qos), latestOf("gauge"));

        assertThat(client.outputs())
                .filteredOn(Persist.class::isInstance)
                .containsExactly(
                        new Persist(new OutgoingAccepted(2, newest.message(), 0)),
                        new Persist(new OutgoingCompleted(1)));
    }

    @Test
    void aFullQueueHasRoomForWhatReplacesAnother() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                .queue(queue -> queue.maximumMessages(2).whenFull(QueueFullPolicy.FAIL)));
        TestFlow first = client.publish(message("first", AT_LEAST_ONCE), latestOf("gauge"));
        client.publish(message("other", AT_LEAST_ONCE));

        client.publish(message("newest", AT_LEAST_ONCE), latestOf("gauge"));

        assertThat(client.outputs()).containsExactly(new PublishDropped(first, NotSentException.class));
        assertThat(topicsThatLeave(client)).containsExactly("other", "newest");
    }

    @Test
    void whatIsTooLargeForTheQueueReplacesNothing() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).queue(queue -> queue.maximumBytes(10)));
        client.publish(message("first", AT_LEAST_ONCE), latestOf("gauge"));

        TestFlow large =
                client.publish(ApplicationMessage.of("large", "more than ten bytes", AT_LEAST_ONCE), latestOf("gauge"));

        assertThat(client.outputs()).containsExactly(new PublishFailed(large, QueueFullException.class));
        assertThat(topicsThatLeave(client)).containsExactly("first");
    }

    @Test
    void whatWasWithdrawnIsNotReplacedAgain() {
        TestClient client = TestClient.volatileOne();
        TestFlow first = client.publish(message("first", AT_LEAST_ONCE), latestOf("gauge"));
        client.session.withdraw(first, client.nowNanos);

        client.publish(message("newest", AT_LEAST_ONCE), latestOf("gauge"));

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.waiting()).isEqualTo(1);
    }

    @Test
    void aMessageWhoseCallerHasBeenToldIsReplacedInSilence() {
        TestClient client = TestClient.durableOne().connected();
        client.disconnect();
        client.session.onTransportLost(null, client.nowNanos);
        client.publish(message("first", AT_LEAST_ONCE), latestOf("gauge"));
        client.disconnect();
        client.outputs();

        client.publish(message("newest", AT_LEAST_ONCE), latestOf("gauge"));

        assertThat(client.outputs()).noneMatch(PublishDropped.class::isInstance);
        assertThat(topicsThatLeave(client)).containsExactly("newest");
    }
}
