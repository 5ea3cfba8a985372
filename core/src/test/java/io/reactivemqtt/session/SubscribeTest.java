package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent.SessionLost;
import io.reactivemqtt.client.ClientEvent.SubscriptionRestored;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import io.reactivemqtt.session.Output.Complete;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.Fail;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.TestClient.TestRequest;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubscribeTest {

    private static final ReasonCode GRANTED = ReasonCode.GRANTED_QOS_2;

    // ---- requests and their answers

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.9.3-1", "3.1.1:MQTT-3.8.4-1", "3.1.1:MQTT-3.9.3-1"})
    void subscribeIsAnsweredFilterByFilter(ProtocolVersion version) {
        TestClient client = TestClient.durableOne(version).connected();
        TestRequest request = client.subscribe("a", "b/#");
        assertThat(client.sent()).containsExactly(subscribe(1, "a", "b/#"));

        SubAck answer = new SubAck(1, List.of(ReasonCode.UNSPECIFIED_ERROR, GRANTED));
        client.receive(answer);

        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new SubscriptionAdded(TopicSubscription.of("b/#", Qos.EXACTLY_ONCE), 0)),
                        new Complete(request, answer));
        assertThat(client.session.isSubscribed(TopicName.of("a"))).isFalse();
        assertThat(client.session.isSubscribed(TopicName.of("b/c"))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.10.4-4", "3.1.1:MQTT-3.10.4-4"})
    void unsubscribeEndsTheSubscription(ProtocolVersion version) {
        TestClient client = subscribed(TestClient.durableOne(version).connected(), "a");
        TestRequest request = client.unsubscribe("a");
        assertThat(client.sent()).containsExactly(unsubscribe(2, "a"));
        assertThat(client.session.isSubscribed(TopicName.of("a"))).isTrue();

        UnsubAck answer = new UnsubAck(2, version == MQTT_5_0 ? List.of(ReasonCode.SUCCESS) : List.of());
        client.receive(answer);

        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new SubscriptionRemoved(TopicFilter.of("a"))), new Complete(request, answer));
        assertThat(client.session.isSubscribed(TopicName.of("a"))).isFalse();
    }

    @Test
    @Spec("MQTT-3.11.3-1")
    void refusedUnsubscribeLeavesTheSubscription() {
        TestClient client = subscribed(TestClient.volatileOne().connected(), "a");
        client.unsubscribe("a");

        client.receive(new UnsubAck(2, List.of(ReasonCode.NOT_AUTHORIZED)));

        assertThat(client.session.isSubscribed(TopicName.of("a"))).isTrue();
    }

    @Test
    @Spec("MQTT-2.2.1-6")
    void answersFindTheirRequestsInAnyOrder() {
        TestClient client = TestClient.volatileOne().connected();
        TestRequest first = client.subscribe("a");
        TestRequest second = client.unsubscribe("b");
        TestRequest third = client.subscribe("c");
        client.outputs();

        SubAck toThird = new SubAck(3, List.of(GRANTED));
        client.receive(toThird);
        UnsubAck toSecond = new UnsubAck(2, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED));
        client.receive(toSecond);
        SubAck toFirst = new SubAck(1, List.of(ReasonCode.NOT_AUTHORIZED));
        client.receive(toFirst);

        assertThat(client.outputs())
                .containsExactly(
                        new Complete(third, toThird), new Complete(second, toSecond), new Complete(first, toFirst));
    }

    @Test
    void answersToNobodyChangeNothing() {
        TestClient client = TestClient.volatileOne().connected();
        client.subscribe("a");
        client.unsubscribe("b");
        client.outputs();

        client.receive(new SubAck(7, List.of(GRANTED)));
        client.receive(new UnsubAck(7, List.of(ReasonCode.SUCCESS)));
        client.receive(new UnsubAck(1, List.of(ReasonCode.SUCCESS)));
        client.receive(new SubAck(2, List.of(GRANTED)));

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.isConnected()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.8.4-6", "3.1.1:MQTT-3.8.4-5"})
    void answerToAnotherNumberOfFiltersIsAnError(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version).connected();
        client.subscribe("a", "b");
        client.outputs();

        client.receive(new SubAck(1, List.of(GRANTED)));

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    @Spec("MQTT-3.11.3-1")
    void unsubAckWithAnotherNumberOfCodesIsAnError() {
        TestClient client = TestClient.volatileOne().connected();
        client.unsubscribe("a");
        client.outputs();

        client.receive(new UnsubAck(1, List.of(ReasonCode.SUCCESS, ReasonCode.SUCCESS)));

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    // ---- without a connection, and over a cut one

    @Test
    void requestsWithoutAConnectionAreSentWithTheNext() {
        TestClient client = TestClient.volatileOne();
        client.subscribe("a");
        client.unsubscribe("b");
        client.open(false);
        assertThat(client.outputs()).hasSize(1);

        client.receive(ConnAck.accepted(false));

        assertThat(client.sent()).containsExactly(subscribe(1, "a"), unsubscribe(2, "b"));
    }

    @Test
    @Spec("MQTT-2.2.1-3")
    void unansweredRequestsAreSentAgainAheadOfLaterOnesWithNewIdentifiers() {
        TestClient client = TestClient.volatileOne().connected();
        TestRequest first = client.subscribe("a");
        client.unsubscribe("b");
        client.lose();
        client.subscribe("c");

        client.reconnect(true);

        assertThat(client.sent()).containsExactly(subscribe(3, "a"), unsubscribe(4, "b"), subscribe(5, "c"));
        SubAck answer = new SubAck(3, List.of(GRANTED));
        client.receive(answer);
        assertThat(client.outputs()).containsExactly(new Complete(first, answer));
    }

    @Test
    void nobodyGetsAnAnswerAfterADisconnect() {
        TestClient client = TestClient.volatileOne().connected();
        TestRequest subscribe = client.subscribe("a");
        TestRequest unsubscribe = client.unsubscribe("b");
        client.outputs();

        client.disconnect();

        assertThat(client.outputs())
                .containsSequence(
                        new Fail(subscribe, ClientClosedException.class),
                        new Fail(unsubscribe, ClientClosedException.class));
        client.reconnect(true);
        assertThat(client.sent()).isEmpty();
    }

    // ---- limits

    @Test
    void subscriptionsThatTheServerDoesNotHaveFailAndAreNotSent() {
        TestClient client = TestClient.volatileOne()
                .connected(ConnAck.builder()
                        .wildcardSubscriptionAvailable(false)
                        .sharedSubscriptionAvailable(false)
                        .maximumPacketSize(25)
                        .build());

        TestRequest wildcard = client.subscribe("a", "b/+");
        TestRequest shared = client.subscribe("$share/group/a");
        TestRequest large = client.subscribe("a", "b", "c");
        client.subscribe("a", "b");

        assertThat(client.outputs())
                .containsExactly(
                        new Fail(
                                wildcard,
                                LimitExceededException.class,
                                ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED),
                        new Fail(shared, LimitExceededException.class, ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED),
                        new Fail(large, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE),
                        new Send(subscribe(4, "a", "b")));
    }

    @Test
    void optionsThatMqtt311CannotSayFail() {
        TestClient client = TestClient.volatileOne(MQTT_3_1_1).connected();
        TopicFilter filter = TopicFilter.of("a");
        for (TopicSubscription unsayable : List.of(
                TopicSubscription.of(filter, Qos.AT_MOST_ONCE).withNoLocal(true),
                TopicSubscription.of(filter, Qos.AT_MOST_ONCE).withRetainAsPublished(true),
                TopicSubscription.of(filter, Qos.AT_MOST_ONCE).withRetainHandling(RetainHandling.DO_NOT_SEND))) {
            TestRequest request = new TestRequest("subscribe");

            client.session.subscribe(List.of(unsayable), 0, request, client.nowNanos);

            assertThat(client.outputs()).containsExactly(new Fail(request, LimitExceededException.class));
        }
    }

    @Test
    void subscriptionIdentifierIsSentWhereTheServerHasThem() {
        assertThat(identifierSent(MQTT_5_0, ConnAck.accepted(false))).isEqualTo(9);
        assertThat(identifierSent(
                        MQTT_5_0,
                        ConnAck.builder()
                                .subscriptionIdentifiersAvailable(false)
                                .build()))
                .isNull();
        assertThat(identifierSent(MQTT_3_1_1, ConnAck.accepted(false))).isNull();
    }

    @Nullable
    private static Integer identifierSent(ProtocolVersion version, ConnAck connAck) {
        TestClient client = TestClient.volatileOne(version).connected(connAck);
        client.session.subscribe(TestClient.subscriptions("a"), 9, new TestRequest("subscribe"), client.nowNanos);
        return ((Subscribe) client.sent().get(0)).subscriptionIdentifier();
    }

    // ---- restored in a new Session

    @Test
    @Spec("MQTT-3.2.2-5")
    void lostSubscriptionsAreMadeAnewInTheirOrderAndTold() {
        TestClient client = subscribed(TestClient.durableOne().connected(), "a", "b", "c");
        client.lose();

        client.reconnect(false);

        assertThat(client.outputs())
                .contains(new Emit(new SessionLost(0, 0, SessionLossPolicy.REPUBLISH, 0, 3)))
                .endsWith(new Send(subscribe(4, "a", "b", "c")));
        client.receive(new SubAck(4, List.of(GRANTED, ReasonCode.NOT_AUTHORIZED, GRANTED)));
        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new SubscriptionAdded(TopicSubscription.of("a", Qos.EXACTLY_ONCE), 0)),
                        new Emit(new SubscriptionRestored(TopicFilter.of("a"), GRANTED)),
                        new Persist(new SubscriptionRemoved(TopicFilter.of("b"))),
                        new Emit(new SubscriptionRestored(TopicFilter.of("b"), ReasonCode.NOT_AUTHORIZED)),
                        new Persist(new SubscriptionAdded(TopicSubscription.of("c", Qos.EXACTLY_ONCE), 0)),
                        new Emit(new SubscriptionRestored(TopicFilter.of("c"), GRANTED)));
    }

    @Test
    void aPacketRestoresNoMoreThanEveryServerTakes() {
        TestClient client =
                subscribed(TestClient.volatileOne().connected(), "a", "b", "c", "d", "e", "f", "g", "h", "i");
        client.lose();

        client.reconnect(false);

        assertThat(client.sent())
                .containsExactly(subscribe(10, "a", "b", "c", "d", "e", "f", "g", "h"), subscribe(11, "i"));
    }

    @Test
    void whatHasASubscriptionIdentifierIsRestoredAloneWhereTheServerTakesThemAndKeepsItElsewhere() {
        TestClient client = TestClient.volatileOne().connected();
        for (int identifier = 1; identifier <= 2; identifier++) {
            client.session.subscribe(
                    TestClient.subscriptions("a" + identifier),
                    identifier,
                    new TestRequest("subscribe"),
                    client.nowNanos);
            client.receive(new SubAck(identifier, List.of(GRANTED)));
        }
        client.lose();

        client.reconnect(
                ConnAck.builder().subscriptionIdentifiersAvailable(false).build());
        assertThat(client.sent()).containsExactly(subscribe(3, "a1", "a2"));
        client.receive(new SubAck(3, List.of(GRANTED, GRANTED)));
        client.lose();

        client.reconnect(false);
        assertThat(client.sent())
                .extracting(packet -> ((Subscribe) packet).subscriptionIdentifier())
                .containsExactly(1, 2);
    }

    @Test
    void oneThatANewServerDoesNotHaveTakesNoOtherWithIt() {
        TestClient client = subscribed(TestClient.volatileOne().connected(), "a", "b/#", "c");
        client.lose();

        client.reconnect(ConnAck.builder().wildcardSubscriptionAvailable(false).build());

        assertThat(client.sent())
                .extracting(
                        packet -> ((Subscribe) packet).subscriptions().get(0).topicFilter())
                .containsExactly(TopicFilter.of("a"), TopicFilter.of("c"));
    }

    @Test
    void subscriptionThatIsNotToBeHadAgainIsForgottenAndTold() {
        TestClient client = subscribed(TestClient.durableOne().connected(), "a");
        client.lose();
        client.reconnect(false);
        client.outputs();

        client.receive(new SubAck(2, List.of(ReasonCode.NOT_AUTHORIZED)));

        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new SubscriptionRemoved(TopicFilter.of("a"))),
                        new Emit(new SubscriptionRestored(TopicFilter.of("a"), ReasonCode.NOT_AUTHORIZED)));
        assertThat(client.session.isSubscribed(TopicName.of("a"))).isFalse();
    }

    @Test
    void subscriptionThatANewServerDoesNotHaveIsForgottenAndTold() {
        TestClient client = subscribed(TestClient.durableOne().connected(), "a/#");
        client.lose();

        client.reconnect(ConnAck.builder().wildcardSubscriptionAvailable(false).build());

        assertThat(client.outputs())
                .endsWith(
                        new Persist(new SubscriptionRemoved(TopicFilter.of("a/#"))),
                        new Emit(new SubscriptionRestored(
                                TopicFilter.of("a/#"), ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED)));
    }

    @Test
    void restorationIsMadeOnceHoweverOftenTheConnectionIsCut() {
        TestClient client = subscribed(TestClient.volatileOne().connected(), "a", "b");

        for (int i = 0; i < 5; i++) {
            client.lose();
            client.reconnect(false);
            assertThat(client.sent()).hasSize(1);
        }
        client.lose();
        client.reconnect(true); // the Session goes on, but has not answered

        assertThat(client.sent()).hasSize(1);
    }

    @Test
    void restorationOutlivesADisconnectInASessionThatGoesOn() {
        TestClient client = subscribed(TestClient.volatileOne().connected(), "a");
        client.lose();
        client.reconnect(false);
        client.disconnect(); // before the SUBACK: whether the Server has seen the SUBSCRIBE is unknown
        client.outputs();

        client.reconnect(true);

        assertThat(client.sent()).containsExactly(subscribe(3, "a"));
    }

    @Test
    @Spec("MQTT-3.1.2-4")
    void newSessionByWishRestoresNothing() {
        TestClient client =
                new TestClient(TestClient.options(MQTT_5_0).cleanStart(true).build(), true);
        subscribed(client.connected(), "a");
        client.lose();
        client.reconnect(false); // restoring
        client.lose();
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(false));

        List<Output> outputs = client.outputs();
        assertThat(outputs).contains(new Persist(new SubscriptionRemoved(TopicFilter.of("a"))));
        assertThat(outputs).noneMatch(Send.class::isInstance);
    }

    // ----

    private static TestClient subscribed(TestClient client, String... topicFilters) {
        int packetIdentifier = 0;
        for (String topicFilter : topicFilters) {
            client.subscribe(topicFilter);
            client.receive(new SubAck(++packetIdentifier, List.of(GRANTED)));
        }
        client.outputs();
        return client;
    }

    private static Subscribe subscribe(int packetIdentifier, String... topicFilters) {
        return new Subscribe(packetIdentifier, TestClient.subscriptions(topicFilters), null, UserProperties.EMPTY);
    }

    private static Unsubscribe unsubscribe(int packetIdentifier, String topicFilter) {
        return new Unsubscribe(packetIdentifier, List.of(TopicFilter.of(topicFilter)), UserProperties.EMPTY);
    }
}
