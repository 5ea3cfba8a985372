package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.AT_MOST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Complete;
import io.reactivemqtt.session.Output.Disconnected;
import io.reactivemqtt.session.Output.Fail;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.Output.SendNow;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.session.TestClient.TestRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How a connection ends: at the caller's wish, at the Server's, or because the Server broke a rule. */
class LifecycleTest {

    private static final Disconnect NORMAL = new Disconnect(ReasonCode.SUCCESS);

    // ---- disconnect

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.14.4-1", "MQTT-3.14.4-2", "3.1.1:MQTT-3.14.4-1", "3.1.1:MQTT-3.14.4-2"})
    void disconnectIsTheLastPacket(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version).connected();
        IncomingFlow delivery = client.receiveMessage("a", AT_LEAST_ONCE, 7);
        client.outputs();

        TestRequest request = client.disconnect();

        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(NORMAL), new CloseTransport(), Disconnected.WANTED, new Complete(request, NORMAL));
        client.acknowledge(delivery);
        client.publish("b", AT_MOST_ONCE);
        client.receive(TestClient.incoming("a", EXACTLY_ONCE, 8));
        client.session.onWritabilityChanged(true, client.nowNanos);
        client.pass(Duration.ofDays(1));
        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.nextDeadlineNanos()).isEqualTo(Session.NO_DEADLINE);
    }

    @Test
    void disconnectWaitsForMessagesOnTheirWay() {
        TestClient client = TestClient.volatileOne().connected(receiveMaximum(1));
        TestFlow first = client.publish("1", EXACTLY_ONCE);
        TestFlow waiting = client.publish("2", AT_LEAST_ONCE);
        client.outputs();

        TestRequest request = client.disconnect();

        assertThat(client.outputs()).isEmpty();
        TestFlow late = client.publish("3", AT_LEAST_ONCE);
        assertThat(client.outputs()).containsExactly(new PublishFailed(late, ClientClosedException.class));
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.receive(new PubComp(1, ReasonCode.SUCCESS));
        assertThat(client.outputs()).contains(new Published(first, new PubComp(1, ReasonCode.SUCCESS)));
        PubAck last = new PubAck(2, ReasonCode.SUCCESS);
        client.receive(last);
        assertThat(client.outputs())
                .containsExactly(
                        new Published(waiting, last),
                        new SendNow(NORMAL),
                        new CloseTransport(),
                        Disconnected.WANTED,
                        new Complete(request, NORMAL));
    }

    @Test
    void disconnectWaitsForItsTimeoutAtMost() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        TestRequest request = client.disconnect();
        client.outputs();
        assertThat(client.session.nextDeadlineNanos())
                .isEqualTo(client.nowNanos + Duration.ofSeconds(10).toNanos());

        client.pass(Duration.ofSeconds(10));

        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(NORMAL),
                        new CloseTransport(),
                        Disconnected.WANTED,
                        new PublishFailed(flow, ClientClosedException.class),
                        new Complete(request, NORMAL));
    }

    @Test
    void disconnectNeedsNotWaitForWhatIsWithdrawn() {
        TestClient client = TestClient.volatileOne().connected();
        client.session.onWritabilityChanged(false, client.nowNanos);
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        client.publish("2", AT_LEAST_ONCE);
        TestRequest request = client.disconnect();
        client.session.withdraw(first, client.nowNanos);
        assertThat(client.outputs()).isEmpty();

        client.session.withdrawIf(flow -> true, client.nowNanos);

        assertThat(client.outputs()).endsWith(new Complete(request, NORMAL));
    }

    @Test
    void disconnectNeedsNotWaitOnceTheTransportHasTakenTheLastQos0() {
        TestClient client = TestClient.volatileOne().connected();
        client.session.onWritabilityChanged(false, client.nowNanos);
        client.publish("1", AT_MOST_ONCE);
        TestRequest request = client.disconnect();
        assertThat(client.outputs()).isEmpty();

        client.session.onWritabilityChanged(true, client.nowNanos);

        assertThat(client.outputs()).endsWith(new Complete(request, NORMAL));
    }

    @Test
    void secondDisconnectDoesNotWait() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        TestRequest first = client.disconnect();
        client.outputs();

        TestRequest second = client.disconnect(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));

        Disconnect said = new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE);
        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(said),
                        new CloseTransport(),
                        Disconnected.WANTED,
                        new PublishFailed(flow, ClientClosedException.class),
                        new Complete(first, said),
                        new Complete(second, said));
    }

    @Test
    void disconnectThatWaitsIsDoneWhenTheConnectionIsLost() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        TestRequest request = client.disconnect();
        client.outputs();

        client.lose();

        assertThat(client.outputs())
                .containsExactly(
                        new Disconnected(ConnectionLostException.class, null, false),
                        new PublishFailed(flow, ClientClosedException.class),
                        new Complete(request, NORMAL));
    }

    @Test
    void disconnectWithoutAConnectionIsDoneAtOnce() {
        TestClient client = TestClient.volatileOne();
        TestFlow flow = client.publish("1", AT_LEAST_ONCE);
        TestRequest subscribe = client.subscribe("s");

        TestRequest request = client.disconnect();

        assertThat(client.outputs())
                .containsExactly(
                        new Fail(subscribe, ClientClosedException.class),
                        new PublishFailed(flow, ClientClosedException.class),
                        new Complete(request, NORMAL));
        client.connected();
        assertThat(client.session.waiting()).isZero();
    }

    @Test
    void disconnectWhileTheTransportOpensEndsTheAttempt() {
        TestClient client = TestClient.volatileOne();
        TestRequest connect = new TestRequest("connect");
        client.session.connect(connect, false, client.nowNanos);

        TestRequest request = client.disconnect();

        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(),
                        new Fail(connect, ClientClosedException.class),
                        new Complete(request, NORMAL));
        assertThat(client.session.isDisconnected()).isTrue();
    }

    @Test
    void disconnectCannotProlongASessionThatConnectDidNot() {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier("c")).connected();

        TestRequest request = client.disconnect(disconnect(10L, null));

        assertThat(client.outputs()).containsExactly(new Fail(request, LimitExceededException.class));
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void disconnectThatMqtt311CannotSayFails() {
        TestClient client = TestClient.volatileOne(MQTT_3_1_1).connected();

        TestRequest request = client.disconnect(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));

        assertThat(client.outputs()).containsExactly(new Fail(request, LimitExceededException.class));
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    @Spec({"MQTT-3.14.2-3", "MQTT-3.14.2-4", "MQTT-3.2.2-15"})
    void wordsThatMakeDisconnectTooLargeAreLeftOut() {
        TestClient client = TestClient.volatileOne()
                .connected(ConnAck.builder().maximumPacketSize(20).build());

        client.disconnect(disconnect(5L, "more than twenty bytes"));

        assertThat(client.sent()).containsExactly(disconnect(5L, null));
    }

    // ---- the Server disconnects, or the transport does

    @Test
    @Spec({"MQTT-3.14.4-1", "MQTT-4.13.2-1", "MQTT-3.1.4-3"})
    void serverDisconnectsWithItsReason() {
        TestClient client = TestClient.volatileOne().connected();

        client.receive(new Disconnect(ReasonCode.SESSION_TAKEN_OVER, null, "by another", UserProperties.EMPTY, null));

        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(),
                        new Disconnected(ConnectionLostException.class, ReasonCode.SESSION_TAKEN_OVER, true));
        assertThat(client.lastCause()).contains("SESSION_TAKEN_OVER", "by another");
    }

    @Test
    @Spec("MQTT-3.14.2-2")
    void sessionExpiryIntervalFromTheServerIsAnError() {
        TestClient client = TestClient.volatileOne().connected();

        client.receive(disconnect(5L, null));

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    void lostConnectionIsToldWithItsCause() {
        TestClient client = TestClient.volatileOne().connected();

        client.session.onTransportLost(new IllegalStateException("reset"), client.nowNanos);
        client.session.onTransportLost(null, client.nowNanos);

        assertThat(client.outputs()).containsExactly(new Disconnected(ConnectionLostException.class, null, false));
        assertThat(client.lastCause()).contains("reset");
    }

    // ---- broken rules

    static List<Packet> unexpectedPackets() {
        return List.of(
                ConnAck.accepted(false),
                new Connect(MQTT_5_0, "c", true, 0),
                PingReq.INSTANCE,
                new Subscribe(1, TestClient.subscriptions("a"), null, UserProperties.EMPTY),
                new Unsubscribe(1, List.of(TopicFilter.of("a")), UserProperties.EMPTY),
                new Auth(ReasonCode.REAUTHENTICATE, "SCRAM", null, null, UserProperties.EMPTY));
    }

    @ParameterizedTest
    @MethodSource("unexpectedPackets")
    @Spec({"MQTT-4.13.1-1", "MQTT-4.12.0-6", "3.1.1:MQTT-4.8.0-1"})
    void packetThatMustNotStandHereEndsTheConnection(Packet packet) {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            TestClient client = TestClient.volatileOne(version).connected();

            client.receive(packet);

            assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
        }
    }

    @Test
    @Spec("3.1.1:MQTT-4.8.0-1")
    void disconnectFromAServerOf311IsAnError() {
        TestClient client = TestClient.volatileOne(MQTT_3_1_1).connected();

        client.receive(NORMAL);

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-4.13.1-1", "3.1.1:MQTT-4.8.0-1"})
    void malformedPacketEndsTheConnectionWithItsReasonCode(ProtocolVersion version) {
        TestClient client = TestClient.volatileOne(version).connected();

        client.session.onMalformed(
                new ProtocolViolationException(ReasonCode.TOPIC_ALIAS_INVALID, "Topic Alias 0"), client.nowNanos);

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.TOPIC_ALIAS_INVALID));
    }

    @Test
    void codeThatNoClientSendsIsNotWhyTheConnectionEnds() { // what a CONNECT of the Server's leads to
        TestClient client = TestClient.volatileOne().connected();

        client.session.onMalformed(
                new ProtocolViolationException(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "level 0"), client.nowNanos);

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
        assertThat(client.lastCause()).isEqualTo("level 0");
    }

    static List<Packet> packetsWithWords() {
        UserProperties words = UserProperties.EMPTY.with("a", "b");
        List<Packet> packets = new ArrayList<>();
        packets.add(new PubAck(1, ReasonCode.SUCCESS, "words", UserProperties.EMPTY));
        packets.add(new PubRec(1, ReasonCode.SUCCESS, null, words));
        packets.add(new PubRel(1, ReasonCode.SUCCESS, "words", UserProperties.EMPTY));
        packets.add(new PubComp(1, ReasonCode.SUCCESS, null, words));
        packets.add(new SubAck(1, List.of(ReasonCode.SUCCESS), "words", UserProperties.EMPTY));
        packets.add(new UnsubAck(1, List.of(ReasonCode.SUCCESS), null, words));
        return packets;
    }

    @ParameterizedTest
    @MethodSource("packetsWithWords")
    @Spec("MQTT-3.1.2-29")
    void wordsThatWereNotAskedForEndTheConnection(Packet packet) {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                        .connectSettings(settings -> settings.requestProblemInformation(false)))
                .connected();

        client.receive(packet);

        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
        TestClient curious = TestClient.volatileOne().connected();
        curious.receive(packet);
        assertThat(curious.session.isConnected()).isTrue();
    }

    @Test
    @Spec("MQTT-3.1.2-29")
    void disconnectMayHaveWordsThatWereNotAskedFor() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                        .connectSettings(settings -> settings.requestProblemInformation(false)))
                .connected();

        client.receive(new Disconnect(ReasonCode.SERVER_BUSY, null, "later", UserProperties.EMPTY, null));

        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(),
                        new Disconnected(ConnectionLostException.class, ReasonCode.SERVER_BUSY, true));
    }

    @Test
    void nothingOfABrokenConnectionIsAnswered() {
        TestClient client = TestClient.volatileOne().connected();
        client.receive(ConnAck.accepted(false));
        client.outputs();

        client.receive(TestClient.incoming("a", EXACTLY_ONCE, 1));
        client.receive(new PubRel(1, ReasonCode.SUCCESS));
        client.session.onMalformed(
                new ProtocolViolationException(ReasonCode.MALFORMED_PACKET, "again"), client.nowNanos);

        assertThat(client.outputs()).noneMatch(output -> output instanceof Send || output instanceof SendNow);
        assertThat(client.outputs()).isEmpty();
    }

    // ----

    private static Disconnect disconnect(@Nullable Long expirySeconds, @Nullable String reasonString) {
        return new Disconnect(ReasonCode.SUCCESS, expirySeconds, reasonString, UserProperties.EMPTY, null);
    }

    private static ConnAck receiveMaximum(int receiveMaximum) {
        return ConnAck.builder().receiveMaximum(receiveMaximum).build();
    }
}
