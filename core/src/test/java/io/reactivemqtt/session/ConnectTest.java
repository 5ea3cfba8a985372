package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Complete;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.Fail;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.Output.SendNow;
import io.reactivemqtt.session.TestClient.TestRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectTest {

    // ---- CONNECT

    @Test
    @Spec({"MQTT-3.1.0-1", "MQTT-3.1.3-2"})
    void connectSaysWhatIsNotDefault() {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier("c"));

        client.open(false);

        assertThat(client.outputs())
                .containsExactly(new Send(new Connect(
                        MQTT_5_0,
                        "c",
                        true,
                        60,
                        null,
                        null,
                        null,
                        null,
                        256,
                        1_048_576L,
                        null,
                        null,
                        null,
                        UserProperties.EMPTY,
                        null,
                        null)));
    }

    @Test
    @Spec({"MQTT-3.1.2-9", "MQTT-3.1.2-17", "MQTT-3.1.2-19", "MQTT-3.1.2-23"})
    void connectSaysEveryOption() {
        Will will =
                Will.of(ApplicationMessage.of("gone", "c", Qos.AT_LEAST_ONCE)).withDelay(Duration.ofSeconds(5));
        UserProperties userProperties = UserProperties.EMPTY.with("a", "b");
        TestClient client = new TestClient(ClientOptions.builder()
                .clientIdentifier("c")
                .cleanStart(false)
                .sessionExpiryInterval(SessionOptions.NEVER)
                .keepAlive(Duration.ofSeconds(65_535))
                .userName("u")
                .password("p")
                .will(will)
                .receiveMaximum(7)
                .session(session -> session.maximumPacketSize(1000).topicAliasMaximum(3))
                .connectSettings(
                        settings -> settings.requestResponseInformation(true).requestProblemInformation(false))
                .connectSettings(settings -> settings.userProperties(userProperties)));

        client.open(false);

        assertThat(client.sent())
                .containsExactly(new Connect(
                        MQTT_5_0,
                        "c",
                        false,
                        65_535,
                        "u",
                        Payload.utf8("p"),
                        will,
                        0xFFFF_FFFFL,
                        7,
                        1000L,
                        3,
                        true,
                        false,
                        userProperties,
                        null,
                        null));
    }

    @Test
    @Spec("3.1.1:MQTT-3.1.0-1")
    void connectOf311HasNoProperties() {
        TestClient client = new TestClient(ClientOptions.builder()
                .protocolVersion(MQTT_3_1_1)
                .clientIdentifier("c")
                .cleanSession(true)
                .receiveMaximum(7));

        client.open(false);

        assertThat(client.sent()).containsExactly(new Connect(MQTT_3_1_1, "c", true, 60));
    }

    @Test
    @Spec("3.1.1:MQTT-3.1.2-6")
    void connectOf311KeepsCleanSessionWhenItConnectsAgainByItself() {
        TestClient client = new TestClient(
                ClientOptions.builder().protocolVersion(MQTT_3_1_1).clientIdentifier("c"));
        client.connected();
        client.lose();
        client.outputs();

        client.open(true);

        assertThat(client.sent()).containsExactly(new Connect(MQTT_3_1_1, "c", true, 60));
    }

    @Test
    @Spec("MQTT-3.1.0-2")
    void secondConnectIsRefused() {
        TestClient client = TestClient.volatileOne();
        client.session.connect(new TestRequest("first"), false, 0);

        assertThatThrownBy(() -> client.session.connect(new TestRequest("second"), false, 0))
                .isInstanceOf(IllegalStateException.class);
        client.session.onTransportOpened(0);
        assertThatThrownBy(() -> client.session.connect(new TestRequest("third"), false, 0))
                .isInstanceOf(IllegalStateException.class);
        client.receive(ConnAck.accepted(false));
        assertThatThrownBy(() -> client.session.connect(new TestRequest("fourth"), false, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void nothingIsSentBeforeTheTransportIsThere() {
        TestClient client = TestClient.volatileOne();

        client.session.connect(new TestRequest("connect"), false, 0);
        client.publish("a", Qos.AT_LEAST_ONCE);

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.nextDeadlineNanos()).isEqualTo(Session.NO_DEADLINE);
    }

    // ---- CONNACK

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.1.4-5", "3.1.1:MQTT-3.2.0-1"})
    void connectCompletesWithTheConnAck(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version);
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(false));

        assertThat(client.outputs())
                .containsExactly(
                        new Emit(new ClientEvent.Connected("c", false)),
                        new Complete(client.connectRequest, ConnAck.accepted(false)));
        assertThat(client.session.isConnected()).isTrue();
    }

    /** Has sent a CONNECT with a Session Expiry Interval of an hour and a Keep Alive of a minute. */
    private static TestClient askingForAnHourAndAMinute() {
        TestClient client = new TestClient(ClientOptions.builder()
                .clientIdentifier("c")
                .sessionExpiryInterval(Duration.ofHours(1))
                .keepAlive(Duration.ofSeconds(60)));
        client.open(false);
        client.outputs();
        return client;
    }

    @Test
    void whatTheServerGrantsLessThanAskedIsTold() {
        TestClient client = askingForAnHourAndAMinute();

        client.receive(ConnAck.builder()
                .sessionExpiryIntervalSeconds(300L)
                .serverKeepAliveSeconds(30)
                .maximumQos(Qos.AT_LEAST_ONCE)
                .retainAvailable(false)
                .wildcardSubscriptionAvailable(false)
                .sharedSubscriptionAvailable(false)
                .build());

        assertThat(client.outputs())
                .contains(new Emit(new ClientEvent.GrantedLess(List.of(
                        "Session Expiry Interval 300 s instead of 3600 s",
                        "Keep Alive 30 s instead of 60 s",
                        "Maximum QoS 1",
                        "no retained messages",
                        "no subscriptions with wildcards",
                        "no Shared Subscriptions"))));
    }

    @Test
    void whatTheServerGrantsAsAskedIsNoNews() {
        TestClient client = askingForAnHourAndAMinute();

        client.receive(ConnAck.builder()
                .sessionExpiryIntervalSeconds(3600L)
                .serverKeepAliveSeconds(60)
                .retainAvailable(true)
                .receiveMaximum(20)
                .build());

        assertThat(client.outputs())
                .noneMatch(output -> output instanceof Emit emit && emit.event() instanceof ClientEvent.GrantedLess);
    }

    static Set<ReasonCode> refusals() {
        return ConnAck.REASON_CODES;
    }

    @ParameterizedTest
    @MethodSource("refusals")
    @Spec({"MQTT-3.2.2-7", "MQTT-4.13.2-1", "MQTT-3.1.2-2", "3.1.1:MQTT-3.1.2-2", "3.1.1:MQTT-3.2.2-5"})
    void refusalFailsAndNeverTriesAnOlderVersion(ReasonCode reasonCode) {
        if (!reasonCode.isError()) {
            return;
        }
        for (ProtocolVersion version : ProtocolVersion.values()) {
            TestClient client = TestClient.volatileOne(version);
            client.open(false);
            client.outputs();

            client.receive(ConnAck.refused(reasonCode));

            assertThat(client.outputs())
                    .containsExactly(
                            new CloseTransport(),
                            new Fail(client.connectRequest, ConnectionRefusedException.class, reasonCode));
            assertThat(client.session.isDisconnected()).isTrue();
            client.open(true);
            assertThat(client.sent()).singleElement().isInstanceOfSatisfying(Connect.class, connect -> assertThat(
                            connect.protocolVersion())
                    .isEqualTo(version));
        }
    }

    @Test
    void refusalTellsTheServersWordsAndReference() {
        TestClient client = TestClient.volatileOne();
        client.open(false);

        client.receive(ConnAck.builder()
                .reasonCode(ReasonCode.SERVER_MOVED)
                .reasonString("gone")
                .serverReference("other:1883")
                .build());

        assertThat(client.lastCause()).contains("SERVER_MOVED", "gone");
        assertThat(client.recorded.causes.get(0))
                .isInstanceOfSatisfying(
                        ConnectionRefusedException.class,
                        refused -> assertThat(refused.serverReference()).isEqualTo("other:1883"));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec("MQTT-3.2.2-2")
    void sessionPresentAfterCleanStartIsAnError(ProtocolVersion version) {
        TestClient client =
                new TestClient(ClientOptions.builder().protocolVersion(version).clientIdentifier("c"));
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(true));

        List<Output> outputs = client.outputs();
        assertThat(outputs)
                .endsWith(
                        new CloseTransport(),
                        new Fail(client.connectRequest, ProtocolViolationException.class, ReasonCode.PROTOCOL_ERROR));
        assertThat(outputs).hasSize(version == MQTT_5_0 ? 3 : 2);
    }

    @Test
    @Spec("MQTT-3.2.2-4")
    void sessionThatOnlyTheServerKnowsIsLeftAlone() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(true));

        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.SUCCESS)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, SessionUnknownException.class));
    }

    @Test
    void sessionThatOnlyTheServerKnowsIsLeftAloneIn311IfThePolicySaysSo() {
        TestClient client = new TestClient(
                TestClient.options(MQTT_3_1_1).session(session -> session.unknownSession(UnknownSessionPolicy.FAIL)));
        client.open(false);
        client.outputs();

        client.receive(ConnAck.accepted(true));

        assertThat(client.outputs())
                .containsExactly(new CloseTransport(), new Fail(client.connectRequest, SessionUnknownException.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"another", "c"})
    void assignedClientIdentifierIsRefusedWhereConnectNamedOne(String assigned) {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier("c"));
        client.open(false);
        client.outputs();

        client.receive(ConnAck.builder().assignedClientIdentifier(assigned).build());

        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.PROTOCOL_ERROR)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, ProtocolViolationException.class, ReasonCode.PROTOCOL_ERROR));
        assertThat(client.lastCause())
                .isEqualTo("CONNACK assigns the Client Identifier \"" + assigned + "\", although CONNECT named \"c\"");
        assertThat(client.session.clientIdentifier()).isEqualTo("c");
    }

    @Test
    void clientIdentifierThatWasAssignedBeforeIsNotAssignedAgain() {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier(""));
        client.connected(ConnAck.builder().assignedClientIdentifier("made-up").build());
        client.lose();

        client.reconnect(ConnAck.builder().assignedClientIdentifier("another").build());

        assertThat(client.session.isConnected()).isFalse();
        assertThat(client.session.clientIdentifier()).isEqualTo("made-up");
    }

    @Test
    void sessionThatOnlyTheServerKnowsGoesOnIn311ForAnEarlierProcessMayHaveKeptNoState() {
        TestClient client = new TestClient(TestClient.options(MQTT_3_1_1).cleanSession(false));
        client.open(false);
        client.receive(ConnAck.accepted(true));

        assertThat(client.session.isConnected()).isTrue();
        assertThat(client.session.mayHaveUnknownSubscriptions()).isTrue();
        client.receiveMessage("a", Qos.AT_LEAST_ONCE, 1);
        assertThat(client.outputs()).hasAtLeastOneElementOfType(Output.Deliver.class);
    }

    @Test
    @Spec("MQTT-3.2.2-4")
    void sessionThatOnlyTheServerKnowsIsThrownAwayByOneConnectionIfThePolicySaysSo() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                .cleanStart(false)
                .sessionExpiryInterval(Duration.ofHours(1))
                .session(session -> session.unknownSession(UnknownSessionPolicy.BEGIN_NEW)));
        client.open(false);
        client.receive(ConnAck.accepted(true));
        assertThat(client.session.isDisconnected()).isTrue();
        client.outputs();

        client.open(true);
        assertThat(((Connect) client.sent().get(0)).cleanStart()).isTrue();
        client.receive(ConnAck.accepted(false));
        client.cutAndResume();
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    @Spec({"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"})
    void assignedClientIdentifierIsUsedFromThenOn() {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier(""));
        client.connected(ConnAck.builder().assignedClientIdentifier("made-up").build());
        assertThat(client.session.clientIdentifier()).isEqualTo("made-up");
        client.lose();
        client.outputs();

        client.open(true);

        assertThat(client.sent()).singleElement().isInstanceOfSatisfying(Connect.class, connect -> assertThat(
                        connect.clientIdentifier())
                .isEqualTo("made-up"));
    }

    @Test
    @Spec("MQTT-4.12.0-6")
    void authenticationMethodThatNobodyAskedForIsAnError() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();

        client.receive(ConnAck.builder().authenticationMethod("SCRAM").build());

        assertThat(client.outputs())
                .startsWith(new SendNow(new Disconnect(ReasonCode.PROTOCOL_ERROR)), new CloseTransport());
    }

    static List<Packet> notConnAck() {
        return List.of(
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM", null, null, UserProperties.EMPTY),
                TestClient.incoming("a", Qos.AT_MOST_ONCE, 0),
                TestClient.incoming("a", Qos.EXACTLY_ONCE, 1),
                new PubAck(1, ReasonCode.SUCCESS),
                new SubAck(1, List.of(ReasonCode.SUCCESS)),
                PingResp.INSTANCE,
                new Disconnect(ReasonCode.SERVER_BUSY));
    }

    @ParameterizedTest
    @MethodSource("notConnAck")
    @Spec({"MQTT-3.2.0-1", "MQTT-3.14.0-1", "MQTT-4.12.0-6", "MQTT-4.12.0-7", "3.1.1:MQTT-3.2.0-1"})
    void onlyConnAckMayComeFirst(Packet packet) {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();

        client.receive(packet);

        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.PROTOCOL_ERROR)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, ProtocolViolationException.class, ReasonCode.PROTOCOL_ERROR));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec("MQTT-3.2.0-2")
    void secondConnAckIsAnError(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version).connected();

        client.receive(ConnAck.accepted(false));

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    void serverHasTheConnectTimeoutForItsConnAck() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();
        assertThat(client.session.nextDeadlineNanos())
                .isEqualTo(client.nowNanos + Duration.ofSeconds(10).toNanos());

        client.pass(Duration.ofMillis(9_999));
        assertThat(client.outputs()).isEmpty();
        client.pass(Duration.ofMillis(1));

        assertThat(client.outputs())
                .containsExactly(new CloseTransport(), new Fail(client.connectRequest, ConnectFailedException.class));
    }

    @Test
    void transportThatDoesNotOpenFailsTheConnect() {
        TestClient client = TestClient.volatileOne();
        TestRequest request = new TestRequest("connect");
        client.session.connect(request, false, 0);

        client.session.onTransportLost(new IllegalStateException("no route"), 0);

        assertThat(client.outputs()).containsExactly(new Fail(request, ConnectFailedException.class));
        assertThat(client.lastCause())
                .isEqualTo("could not connect to mqtt://localhost:1883: no route."
                        + " Check that the Server runs and listens on this port, and that no firewall is in between");
    }

    @Test
    void transportThatClosesWithoutConnAckFailsTheConnect() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.outputs();

        client.lose();

        assertThat(client.outputs()).containsExactly(new Fail(client.connectRequest, ConnectFailedException.class));
    }

    // ---- Clean Start

    @Test
    @Spec("MQTT-3.1.2-4")
    void newSessionIsWantedUntilItIsThere() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).cleanStart(true));
        client.connected();
        client.lose();
        client.open(false);
        client.lose(); // whether the Server has begun a new Session cannot be known
        client.outputs();

        client.open(true);

        assertThat(client.sent()).singleElement().isInstanceOfSatisfying(Connect.class, connect -> assertThat(
                        connect.cleanStart())
                .isTrue());
    }

    @Test
    void reconnectGoesOnWithTheSessionWhateverCleanStartSays() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).cleanStart(true));
        client.connected();
        client.lose();
        client.outputs();

        client.open(true);

        assertThat(client.sent()).singleElement().isInstanceOfSatisfying(Connect.class, connect -> assertThat(
                        connect.cleanStart())
                .isFalse());
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void disconnectBeforeConnAckFailsTheConnectAndTakesTheWillBack(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version);
        client.open(false);
        client.outputs();

        TestRequest disconnect = client.disconnect();

        assertThat(client.outputs())
                .containsExactly(
                        new Send(new Disconnect(ReasonCode.SUCCESS)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, ClientClosedException.class),
                        new Complete(disconnect, new Disconnect(ReasonCode.SUCCESS)));
    }
}
