package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.ClientEvent.Connected;
import io.reactivemqtt.client.ClientEvent.Disconnected;
import io.reactivemqtt.client.ClientEvent.ReconnectScheduled;
import io.reactivemqtt.client.ClientEvent.ReconnectStopped;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PubAck;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

class ConnectTest {

    private final VirtualClient server = VirtualClient.create();
    private final ReactorMqttClient client = server.client;

    // ---- connect()

    @Test
    void connectingTellsWhatTheServerAnnounced() {
        ConnAck connAck = ConnAck.builder().receiveMaximum(7).build();
        StepVerifier.create(client.connect())
                .expectSubscription()
                .then(() -> server.accept(connAck))
                .expectNextMatches(result -> result.connAck().equals(connAck) && result.tls() == null)
                .verifyComplete();
        assertThat(server.events()).containsExactly(new Connected("c", false));
    }

    @Test
    void aRefusedConnectionIsAnErrorAndIsNotTriedAgain() {
        StepVerifier.create(client.connect())
                .expectSubscription()
                .then(() -> server.accept(ConnAck.refused(ReasonCode.SERVER_BUSY)))
                .verifyErrorSatisfies(error -> assertThat(((ConnectionRefusedException) error).reasonCode())
                        .isEqualTo(ReasonCode.SERVER_BUSY));
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void aServerThatCannotBeReachedIsAnErrorThatSaysWhy() {
        StepVerifier.create(client.connect())
                .expectSubscription()
                .then(() -> server.refusesTcp(new IOException("Connection refused")))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConnectFailedException.class)
                        .hasMessageContaining("Connection refused"));
    }

    @Test
    @Spec("MQTT-3.1.4-5")
    void aServerThatDoesNotAnswerIsAnErrorAfterTheTimeout() {
        StepVerifier.create(client.connect())
                .expectSubscription()
                .then(server::opens)
                .then(() -> server.passes(Duration.ofSeconds(9)))
                .then(() -> assertThat(server.hasConnection()).isTrue())
                .then(() -> server.passes(Duration.ofSeconds(1)))
                .verifyError(ConnectFailedException.class);
        assertThat(server.hasConnection()).isFalse();
    }

    @Test
    @Spec("MQTT-3.1.0-2")
    void connectingTwiceSendsOneConnect() {
        client.connect().subscribe();
        client.connect().subscribe();
        server.opens();
        client.connect().subscribe();
        server.passes(Duration.ZERO);

        assertThat(server.sent()).hasSize(1);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void cancellingConnectGivesTheAttemptUp() {
        client.connect().subscribe().dispose();

        assertThat(server.hasConnection()).isFalse();
        client.connect().subscribe();
        server.accept(false);
        assertThat(server.events()).containsExactly(new Connected("c", false));
    }

    @Test
    @Spec("MQTT-3.2.2-4")
    void aSessionThatThisClientDoesNotKnowIsLeftAlone() {
        VirtualClient unknowing = VirtualClient.create(options -> options.cleanSession(false));
        StepVerifier.create(unknowing.client.connect())
                .expectSubscription()
                .then(() -> unknowing.accept(true))
                .verifyError(SessionUnknownException.class);
        assertThat(unknowing.hasConnection()).isFalse();
    }

    // ---- reconnecting

    @Test
    void aLostConnectionIsMadeAnewWithABoundThatDoublesUpToTwoMinutes() {
        connected();
        server.random(0.999_999_9);
        List<Long> delays = new ArrayList<>();

        server.cuts();
        for (int i = 0; i < 10; i++) {
            ReconnectScheduled scheduled = (ReconnectScheduled) server.events().stream()
                    .filter(ReconnectScheduled.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            assertThat(scheduled.attempt()).isEqualTo(i + 1);
            delays.add(Math.round(scheduled.delay().toNanos() / 1e9 * 2));
            server.passes(scheduled.delay());
            server.refusesTcp(new IOException("Connection refused"));
        }

        assertThat(delays).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 240L, 240L); // half seconds
    }

    @Test
    void theDelayIsARandomPartOfTheBound() {
        connected();
        server.random(0.25);
        server.cuts();

        assertThat(server.events())
                .filteredOn(ReconnectScheduled.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(ReconnectScheduled.class, scheduled -> assertThat(scheduled.delay())
                        .isEqualTo(Duration.ofMillis(125)));
    }

    @Test
    void aConnectionThatLastedAMinuteStartsTheBoundAnew() {
        connected();
        for (Duration lasted : List.of(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(61))) {
            server.passes(lasted);
            server.events();
            server.cuts();
            server.passes(Duration.ofMinutes(2));
            server.accept(false);
        }

        assertThat(server.events())
                .filteredOn(ReconnectScheduled.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(ReconnectScheduled.class, scheduled -> assertThat(scheduled.attempt())
                        .isEqualTo(1));
    }

    @Test
    void aReconnectGoesOnWithTheSession() {
        VirtualClient clean = VirtualClient.connected(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        clean.cuts();
        clean.passes(Duration.ofSeconds(1));
        clean.opens();

        assertThat(clean.sentConnect().cleanStart()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"SESSION_TAKEN_OVER", "NOT_AUTHORIZED"})
    @Spec("MQTT-3.1.4-3")
    void noReconnectWhereItCannotHelp(ReasonCode reasonCode) {
        connected();
        StepVerifier messages = StepVerifier.create(client.subscribe("a", Qos.AT_MOST_ONCE))
                .expectSubscription()
                .expectError(ConnectionLostException.class)
                .verifyLater();
        StepVerifier publish = StepVerifier.create(client.publish(qos1("a")))
                .expectSubscription()
                .expectError(ConnectionLostException.class)
                .verifyLater();

        server.sends(new Disconnect(reasonCode));
        server.passes(Duration.ofHours(1));

        assertThat(server.attempts()).isEqualTo(1);
        assertThat(server.events()).last().isInstanceOf(ReconnectStopped.class);
        messages.verify();
        publish.verify();
    }

    @ParameterizedTest
    @EnumSource(ReasonCode.class)
    void whateverIsWrongWithWhatTheServerSendsTheClientComesBack(ReasonCode reasonCode) {
        connected();

        server.sendsGarbage(new ProtocolViolationException(reasonCode, "garbage"));
        server.passes(Duration.ofHours(1));

        assertThat(server.attempts()).isGreaterThan(1);
        assertThat(server.events()).noneMatch(ReconnectStopped.class::isInstance);
    }

    @Test
    void aReconnectThatIsRefusedForGoodStops() {
        connected();
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        server.passes(Duration.ofHours(1));

        assertThat(server.attempts()).isEqualTo(2);
        assertThat(server.events()).last().isInstanceOf(ReconnectStopped.class);
    }

    @Test
    void withoutAReconnectPolicyTheConnectionStaysLost() {
        VirtualClient once = VirtualClient.connected(options -> options.reconnect(ReconnectPolicy.NONE));
        once.cuts();
        once.passes(Duration.ofHours(1));

        assertThat(once.attempts()).isEqualTo(1);
        assertThat(once.events()).last().isInstanceOf(ReconnectStopped.class);
        once.client.connect().subscribe();
        once.accept(false);
        assertThat(once.events()).first().isInstanceOf(Connected.class);
    }

    @Test
    @Spec("MQTT-4.13.1-1")
    void aMalformedPacketClosesTheConnectionWithItsReasonCodeAndTheClientComesBack() {
        connected();
        server.sendsGarbage(new ProtocolViolationException(ReasonCode.MALFORMED_PACKET, "garbage"));
        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.MALFORMED_PACKET));
        assertThat(server.hasConnection()).isFalse();

        server.passes(Duration.ofSeconds(1));
        assertThat(server.hasConnection()).isTrue();
    }

    @Test
    void connectWhileAReconnectWaitsConnectsAtOnce() {
        connected();
        server.cuts();
        StepVerifier.create(client.connect())
                .expectSubscription()
                .then(() -> server.accept(false))
                .expectNextCount(1)
                .verifyComplete();
        server.passes(Duration.ofSeconds(30));
        assertThat(server.attempts()).isEqualTo(2);
    }

    // ---- keep-alive

    @Test
    @Spec("MQTT-3.1.2-20")
    void pingReqIsSentOnlyWhenNothingElseIs() {
        connected();
        for (int i = 0; i < 10; i++) {
            server.passes(Duration.ofSeconds(50));
            client.publish(qos1("a")).subscribe();
            server.sends(new PubAck(i + 1, ReasonCode.SUCCESS));
        }
        assertThat(server.sent()).noneMatch(PingReq.class::isInstance);

        server.passes(Duration.ofSeconds(59));
        assertThat(server.sent()).containsExactly(PingReq.INSTANCE);
    }

    @Test
    @Spec("MQTT-3.1.2-22")
    void aMissingPingRespEndsTheConnection() {
        connected();
        server.passes(Duration.ofSeconds(59));
        server.events();
        server.passes(Duration.ofSeconds(10));

        assertThat(server.events()).first().isInstanceOf(Disconnected.class);
    }

    // ---- disconnect()

    @Test
    void disconnectSaysGoodbyeAndStaysDisconnected() {
        connected();
        StepVerifier messages = StepVerifier.create(client.subscribe("a", Qos.AT_MOST_ONCE))
                .expectSubscription()
                .expectComplete()
                .verifyLater();
        server.sent();

        StepVerifier.create(client.disconnect()).verifyComplete();

        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS));
        assertThat(server.hasConnection()).isFalse();
        messages.verify();
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void disconnectWaitsForMessagesOnTheirWay() {
        connected();
        client.publish(qos1("a")).subscribe();
        server.sent();

        StepVerifier.create(client.disconnect())
                .expectSubscription()
                .then(() -> assertThat(server.sent()).isEmpty())
                .then(() -> server.sends(new PubAck(1, ReasonCode.SUCCESS)))
                .verifyComplete();
        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS));
    }

    @Test
    void aConnectionThatIsCutWhileItIsBeingEndedIsNotMadeAnew() {
        connected();
        client.publish(qos1("a")).subscribe(result -> {}, closed -> {});
        StepVerifier.create(client.disconnect())
                .expectSubscription()
                .then(server::cuts)
                .verifyComplete();
        server.passes(Duration.ofMinutes(10));

        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void cancellingASecondConnectLeavesTheConnectionAlone() {
        connected();
        server.fromAnotherThread(
                () -> client.connect().subscribe(connAck -> {}, refused -> {}).dispose());

        assertThat(server.hasConnection()).isTrue();
    }

    @Test
    void connectingInsteadOfWaitingDoesNotEndTheReconnectingByFailing() {
        connected();
        server.cuts();
        client.connect().subscribe(connAck -> {}, refused -> {});
        server.refusesTcp(new IOException("Connection refused"));
        server.passes(Duration.ofMinutes(1));

        assertThat(server.attempts()).isGreaterThan(2);
    }

    @Test
    void disconnectWaitsNoLongerThanItsTimeout() {
        connected();
        StepVerifier publish = StepVerifier.create(client.publish(qos1("a")))
                .expectSubscription()
                .expectError(ClientClosedException.class)
                .verifyLater();

        StepVerifier.create(client.disconnect())
                .expectSubscription()
                .then(() -> server.passes(Duration.ofSeconds(10)))
                .verifyComplete();
        publish.verify();
    }

    @Test
    void disconnectWorksInEveryState() {
        StepVerifier.create(client.disconnect()).verifyComplete(); // never connected
        StepVerifier connecting = StepVerifier.create(client.connect())
                .expectSubscription()
                .expectError(ClientClosedException.class)
                .verifyLater();
        StepVerifier.create(client.disconnect()).verifyComplete(); // opening
        connecting.verify();
        client.connect().subscribe(connAck -> {}, refused -> {});
        server.opens();
        StepVerifier.create(client.disconnect()).verifyComplete(); // waiting for CONNACK
        connected();
        server.cuts();
        StepVerifier.create(client.disconnect()).verifyComplete(); // waiting to reconnect
        int attempts = server.attempts();
        server.passes(Duration.ofHours(1));

        assertThat(server.attempts()).isEqualTo(attempts);
        assertThat(server.hasConnection()).isFalse();
    }

    @Test
    @Spec("MQTT-3.14.4-1")
    void nothingIsSentAfterDisconnect() {
        connected();
        client.disconnect().subscribe();
        server.sent();
        client.publish(qos1("a")).subscribe();

        assertThat(server.sent()).isEmpty();
    }

    @Test
    void aSecretNeverStandsInTheText() {
        Connect connect = secretConnect();

        assertThat(connect.password()).isNotNull();
        assertThat(connect.toString()).doesNotContain("canary-hunter2");
    }

    private static Connect secretConnect() {
        VirtualClient secret =
                VirtualClient.create(options -> options.userName("alice").password("canary-hunter2"));
        secret.client.connect().subscribe();
        secret.opens();
        return secret.sentConnect();
    }

    private void connected() {
        client.connect().subscribe();
        server.accept(false);
        server.random(1);
    }
}
