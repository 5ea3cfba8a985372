package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Complete;
import io.reactivemqtt.session.Output.Disconnected;
import io.reactivemqtt.session.Output.Fail;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.Output.SendNow;
import io.reactivemqtt.session.TestClient.TestRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Enhanced authentication (MQTT 5.0 §4.12), before CONNACK and on a connection. */
class AuthenticationTest {

    private static final URI SERVER = URI.create("mqtt://localhost");
    private static final TestRequest AGAIN = new TestRequest("reauthenticate");

    private final TestClient client = TestClient.volatileOne();
    private final TestPart part = new TestPart();

    private static final class TestPart implements AuthenticationPart {
        private final List<String> heard = new ArrayList<>();
        private @Nullable MqttException refusal;

        @Override
        public String method() {
            return "M";
        }

        @Override
        public Payload firstData() {
            return Payload.utf8("first");
        }

        @Override
        public void challenged(Payload data) {
            heard.add(data.asUtf8());
        }

        @Override
        public @Nullable MqttException succeeded(@Nullable Payload data) {
            heard.add("success " + (data == null ? "-" : data.asUtf8()));
            return refusal;
        }
    }

    private static Auth auth(ReasonCode reasonCode, @Nullable String method, @Nullable String data) {
        return new Auth(reasonCode, method, data == null ? null : Payload.utf8(data), null, UserProperties.EMPTY);
    }

    private static Auth asked(String data) {
        return auth(ReasonCode.CONTINUE_AUTHENTICATION, "M", data);
    }

    private static ConnAck accepted(@Nullable String data) {
        ConnAck.Builder answer = ConnAck.builder().authenticationMethod("M");
        if (data != null) {
            answer.authenticationData(Payload.utf8(data));
        }
        return answer.build();
    }

    private Connect open() {
        client.connectRequest = new TestRequest("connect");
        client.session.connect(client.connectRequest, false, client.nowNanos);
        client.session.prepared(SERVER, client.options.connectSettings(), part);
        client.session.onTransportOpened(client.nowNanos);
        return (Connect) client.sent().get(0);
    }

    private void connected() {
        open();
        client.receive(accepted(null));
        client.outputs();
        part.heard.clear();
    }

    private void reauthenticate() {
        client.session.reauthenticate(part, AGAIN, client.nowNanos);
    }

    private void answer(String data) {
        client.session.authenticate(Payload.utf8(data), client.nowNanos);
    }

    private void violates() {
        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.PROTOCOL_ERROR)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, ProtocolViolationException.class, ReasonCode.PROTOCOL_ERROR));
    }

    // ---- before CONNACK

    @Test
    @Spec({"MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-3.1.2-30"})
    void theClientAnswersEachAuthUntilConnAck() {
        Connect connect = open();
        assertThat(connect.authenticationMethod()).isEqualTo("M");
        assertThat(connect.authenticationData()).isEqualTo(Payload.utf8("first"));

        client.receive(asked("a"));
        assertThat(client.outputs()).isEmpty(); // it is the application's turn
        client.publish("t", Qos.AT_LEAST_ONCE);
        answer("b");
        client.receive(asked("c"));
        answer("d");
        assertThat(client.sent()).containsExactly(asked("b"), asked("d"));
        client.receive(accepted("e"));

        assertThat(part.heard).containsExactly("a", "c", "success e");
        assertThat(client.session.isConnected()).isTrue();
        assertThat(client.sent()).hasSize(1); // the message, only now
    }

    @Test
    void anAuthWithoutDataIsAnEmptyChallenge() {
        open();
        client.receive(auth(ReasonCode.CONTINUE_AUTHENTICATION, "M", null));
        assertThat(part.heard).containsExactly("");
    }

    @Test
    @Spec("MQTT-4.12.0-5")
    void anAuthOfAnotherMethodEndsTheAttempt() {
        open();
        client.receive(auth(ReasonCode.CONTINUE_AUTHENTICATION, "N", "a"));
        violates();
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"SUCCESS", "REAUTHENTICATE"})
    void anAuthThatDoesNotAskForMoreEndsTheAttempt(ReasonCode reasonCode) {
        open();
        client.receive(auth(reasonCode, "M", "a"));
        violates();
    }

    @Test
    void aServerThatDoesNotWaitForTheAnswerIsLeft() {
        open();
        client.receive(asked("a"));
        client.receive(asked("b"));
        violates();
    }

    @Test
    @Spec("MQTT-4.12.0-5")
    void aConnAckWithoutTheMethodEndsTheAttempt() {
        open();
        client.receive(ConnAck.accepted(false));
        violates();
    }

    @Test
    void aConnAckBeforeTheAnswerEndsTheAttempt() {
        open();
        client.receive(asked("a"));
        client.receive(accepted(null));
        violates();
    }

    @Test
    @Spec({"MQTT-4.12.0-1", "MQTT-4.12.0-4"})
    void aRefusalAtAnyPointNamesItsReason() {
        open();
        client.receive(asked("a"));
        client.receive(ConnAck.refused(ReasonCode.BAD_AUTHENTICATION_METHOD));
        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(),
                        new Fail(
                                client.connectRequest,
                                ConnectionRefusedException.class,
                                ReasonCode.BAD_AUTHENTICATION_METHOD));
        answer("too late");
        assertThat(client.outputs()).isEmpty();
    }

    @Test
    void aServerThatHasNotShownWhatTheApplicationWantsIsLeft() {
        open();
        part.refusal = new ConnectFailedException(
                ConnectFailedException.Phase.AUTHENTICATION, SERVER, "the Server is another", null);
        client.receive(accepted("e"));
        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.UNSPECIFIED_ERROR)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, ConnectFailedException.class, null));
        assertThat(client.session.isDisconnected()).isTrue();
    }

    @Test
    void anApplicationWithoutAnAnswerEndsTheAttempt() {
        open();
        MqttException cause = new ClientClosedException("the answer");
        client.session.onAuthenticationFailed(cause, client.nowNanos);
        assertThat(client.outputs()).isEmpty(); // nobody has asked
        client.receive(asked("a"));
        client.session.onAuthenticationFailed(cause, client.nowNanos);
        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.UNSPECIFIED_ERROR)),
                        new CloseTransport(),
                        new Fail(client.connectRequest, ClientClosedException.class, null));
    }

    @Test
    void eachAnswerOfTheServerHasItsTimeAndTheApplicationsOwnDoesNotCount() {
        open();
        client.pass(Duration.ofSeconds(9));
        client.receive(asked("a"));
        client.pass(Duration.ofSeconds(60)); // the application's time, which the engine limits
        answer("b");
        client.pass(Duration.ofSeconds(9));
        assertThat(client.sent()).containsExactly(asked("b"));
        client.pass(Duration.ofSeconds(1));
        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(), new Fail(client.connectRequest, ConnectFailedException.class, null));
    }

    @Test
    @Spec({"MQTT-4.12.0-6", "MQTT-4.12.0-7"})
    void withoutAMethodAnAuthIsAnError() {
        client.open(false);
        client.outputs();
        client.receive(asked("a"));
        violates();
    }

    // ---- on a connection

    @Test
    @Spec("MQTT-4.12.1-1")
    void aConnectionIsAuthenticatedAnew() {
        connected();
        reauthenticate();
        client.receive(asked("a"));
        answer("b");
        Auth done = auth(ReasonCode.SUCCESS, "M", "e");
        client.receive(done);
        assertThat(client.outputs())
                .containsExactly(
                        new Send(auth(ReasonCode.REAUTHENTICATE, "M", "first")),
                        new Send(asked("b")),
                        new Complete(AGAIN, done));
        assertThat(part.heard).containsExactly("a", "success e");
        reauthenticate(); // as often as anybody likes
        assertThat(client.sent()).hasSize(1);
    }

    @Test
    void theShortestAuthIsASuccess() {
        connected();
        reauthenticate();
        client.receive(auth(ReasonCode.SUCCESS, null, null));
        assertThat(client.outputs()).hasSize(2).last().isInstanceOf(Complete.class);
    }

    @Test
    @Spec("MQTT-4.12.1-2")
    void aServerThatRefusesDisconnects() {
        connected();
        reauthenticate();
        client.outputs();
        client.receive(new Disconnect(ReasonCode.NOT_AUTHORIZED));
        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(),
                        new Fail(AGAIN, ConnectionLostException.class, ReasonCode.NOT_AUTHORIZED),
                        new Disconnected(ConnectionLostException.class, ReasonCode.NOT_AUTHORIZED, true));
    }

    @Test
    @Spec("MQTT-4.12.1-2")
    void aClientThatRefusesDisconnects() {
        connected();
        reauthenticate();
        client.outputs();
        part.refusal = new ConnectionLostException("the Server is another", null, null);
        client.receive(auth(ReasonCode.SUCCESS, "M", "e"));
        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.UNSPECIFIED_ERROR)),
                        new CloseTransport(),
                        new Fail(AGAIN, ConnectionLostException.class, null),
                        new Disconnected(ConnectionLostException.class, null, false));
    }

    @Test
    void oneReauthenticationAtATime() {
        connected();
        reauthenticate();
        client.outputs();
        reauthenticate();
        assertThat(client.outputs()).containsExactly(new Fail(AGAIN, ConnectionLostException.class, null));
    }

    @Test
    void withoutAConnectionThereIsNothingToAuthenticate() {
        reauthenticate();
        assertThat(client.outputs()).containsExactly(new Fail(AGAIN, ConnectionLostException.class, null));
    }

    @Test
    void aReauthenticationThatIsNotAnsweredEndsTheConnection() {
        connected();
        reauthenticate();
        client.outputs();
        client.pass(Duration.ofSeconds(10));
        assertThat(client.outputs())
                .containsExactly(
                        new SendNow(new Disconnect(ReasonCode.UNSPECIFIED_ERROR)),
                        new CloseTransport(),
                        new Fail(AGAIN, ConnectionLostException.class, null),
                        new Disconnected(ConnectionLostException.class, null, false));
    }

    @Test
    void theWishToDisconnectEndsAReauthentication() {
        connected();
        reauthenticate();
        client.outputs();
        client.disconnect();
        assertThat(client.outputs()).contains(new Fail(AGAIN, ClientClosedException.class, null));
    }

    @Test
    @Spec({"MQTT-3.2.2-15", "MQTT-3.15.2-2", "MQTT-3.15.2-3"})
    void anAuthThatTheServerDoesNotTakeIsNotSent() {
        open();
        client.receive(
                ConnAck.builder().authenticationMethod("M").maximumPacketSize(9).build());
        client.outputs();
        reauthenticate(); // ten bytes, as tests count
        assertThat(client.outputs())
                .containsExactly(new Fail(AGAIN, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE));
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void anAuthThatNobodyAskedForIsAnError() {
        connected();
        client.receive(asked("a"));
        assertThat(client.outputs()).isEqualTo(client.violation(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    void versionThreeHasNone() {
        TestClient old = TestClient.volatileOne(ProtocolVersion.MQTT_3_1_1).connected();
        old.receive(asked("a"));
        assertThat(old.outputs()).contains(new CloseTransport());
    }
}
