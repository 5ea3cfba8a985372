package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Disconnected;
import io.reactivemqtt.session.Output.SendNow;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {

    private static final Output PINGREQ = new SendNow(PingReq.INSTANCE);

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.1.2-20", "3.1.1:MQTT-3.1.2-23"})
    void pingReqIsSentAfterASilenceOfASecondLessThanTheKeepAlive(ProtocolVersion version) {
        TestClient client = keepAlive(version, 60);

        client.pass(Duration.ofMillis(58_999));
        assertThat(client.outputs()).isEmpty();
        client.pass(Duration.ofMillis(1));

        assertThat(client.outputs()).containsExactly(PINGREQ);
    }

    @Test
    @Spec("MQTT-3.1.2-20")
    void everythingThatIsSentDefersThePingReq() {
        TestClient client = keepAlive(MQTT_5_0, 60);
        client.pass(Duration.ofSeconds(40));
        client.publish("a", Qos.AT_MOST_ONCE);
        client.receive(TestClient.incoming("a", Qos.AT_MOST_ONCE, 0));
        client.outputs();

        client.pass(Duration.ofSeconds(58));
        assertThat(client.outputs()).isEmpty();
        client.pass(Duration.ofSeconds(1));

        assertThat(client.outputs()).containsExactly(PINGREQ);
    }

    @Test
    @Spec("MQTT-3.1.2-20")
    void whatIsReceivedDoesNotDeferThePingReq() {
        TestClient client = keepAlive(MQTT_5_0, 60);
        client.pass(Duration.ofSeconds(40));
        client.receive(TestClient.incoming("a", Qos.AT_MOST_ONCE, 0));
        client.outputs();

        client.pass(Duration.ofSeconds(19));

        assertThat(client.outputs()).containsExactly(PINGREQ);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 10, 60, 65_535})
    @Spec({"MQTT-3.1.2-20", "3.1.1:MQTT-3.1.2-23"})
    void gapNeverExceedsTheKeepAliveThoughAnswersAreSlow(int seconds) {
        TestClient client = keepAlive(MQTT_5_0, seconds);
        long keepAliveNanos = Duration.ofSeconds(seconds).toNanos();
        long lastSentNanos = client.nowNanos;
        Random random = new Random(seconds);
        int sent = 0;
        for (int i = 0; i < 100; i++) {
            client.nowNanos = Math.max(client.nowNanos, client.session.nextDeadlineNanos());
            client.session.onTime(client.nowNanos);
            if (!client.sent().isEmpty()) {
                assertThat(client.nowNanos - lastSentNanos).isLessThanOrEqualTo(keepAliveNanos);
                lastSentNanos = client.nowNanos;
                client.nowNanos += (long) (random.nextDouble() * Math.min(keepAliveNanos / 2, 10_000_000_000L));
                client.receive(PingResp.INSTANCE);
                sent++;
            }
        }
        assertThat(sent).isGreaterThan(40);
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    @Spec({"MQTT-3.1.2-20", "3.1.1:MQTT-3.1.2-23"})
    void silenceBeganWithTheConnect() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.pass(Duration.ofSeconds(9));
        client.receive(ConnAck.accepted(false));
        client.outputs();

        client.pass(Duration.ofSeconds(50));

        assertThat(client.outputs()).containsExactly(PINGREQ);
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec("MQTT-3.1.2-22")
    void missingPingRespEndsTheConnection(ProtocolVersion version) {
        TestClient client = keepAlive(version, 60);
        client.pass(Duration.ofSeconds(59));
        client.outputs();

        client.pass(Duration.ofMillis(9_999));
        client.publish("a", Qos.AT_MOST_ONCE);
        assertThat(client.session.isConnected()).isTrue();
        client.outputs();
        client.pass(Duration.ofMillis(1));

        CloseTransport close = new CloseTransport();
        Disconnected ended = new Disconnected(ConnectionLostException.class, ReasonCode.KEEP_ALIVE_TIMEOUT, false);
        if (version == MQTT_5_0) {
            assertThat(client.outputs())
                    .containsExactly(new SendNow(new Disconnect(ReasonCode.UNSPECIFIED_ERROR)), close, ended);
        } else {
            assertThat(client.outputs()).containsExactly(close, ended);
        }
    }

    @Test
    @Spec("MQTT-3.12.4-1")
    void pingRespKeepsTheConnection() {
        TestClient client = keepAlive(MQTT_5_0, 60);
        for (int i = 0; i < 5; i++) {
            client.pass(Duration.ofSeconds(i == 0 ? 59 : 50));
            assertThat(client.outputs()).containsExactly(PINGREQ);
            client.pass(Duration.ofSeconds(9));
            client.receive(PingResp.INSTANCE);
        }
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void pingRespThatNobodyAskedForChangesNothing() {
        TestClient client = keepAlive(MQTT_5_0, 60);

        client.receive(PingResp.INSTANCE);

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.isConnected()).isTrue();
    }

    @Test
    void zeroMeansNone() {
        TestClient client = keepAlive(MQTT_5_0, 0);

        client.pass(Duration.ofDays(1000));

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.nextDeadlineNanos()).isEqualTo(Session.NO_DEADLINE);
    }

    @Test
    @Spec({"MQTT-3.1.2-21", "MQTT-3.2.2-21"})
    void serverKeepAliveReplacesTheClients() {
        TestClient client = TestClient.volatileOne();
        client.open(false);
        client.receive(ConnAck.builder().serverKeepAliveSeconds(10).build());
        client.outputs();

        client.pass(Duration.ofSeconds(9));

        assertThat(client.outputs()).containsExactly(PINGREQ);
    }

    @Test
    @Spec({"MQTT-3.1.2-21", "MQTT-3.2.2-21"})
    void serverTurnsTheKeepAliveOff() {
        TestClient client = TestClient.volatileOne()
                .connected(ConnAck.builder().serverKeepAliveSeconds(0).build());

        client.pass(Duration.ofDays(1));

        assertThat(client.outputs()).isEmpty();
    }

    @Test
    @Spec("MQTT-3.1.2-20")
    void pausedReadingMissesNoPingRespButPingReqGoesOn() {
        TestClient client = keepAlive(MQTT_5_0, 60);
        client.session.onReadingPaused(client.nowNanos);
        for (int i = 0; i < 10; i++) {
            client.pass(Duration.ofSeconds(59));
            assertThat(client.outputs()).containsExactly(PINGREQ);
        }

        client.session.onReadingResumed(client.nowNanos);

        client.pass(Duration.ofMillis(9_999));
        assertThat(client.session.isConnected()).isTrue();
        client.pass(Duration.ofMillis(1));
        assertThat(client.session.isConnected()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 10})
    @Spec("MQTT-3.1.2-20")
    void aServerThatFallsSilentIsNoticedWithinOneAndAHalfKeepAliveThoughTheClientSends(int seconds) {
        TestClient client = keepAlive(MQTT_5_0, seconds);
        long keepAliveMillis = seconds * 1000L;

        for (long millis = 0; millis < keepAliveMillis * 3 / 2 - 1; millis++) {
            if (millis % 200 == 0) {
                client.publish("a", Qos.AT_MOST_ONCE);
            }
            client.pass(Duration.ofMillis(1));
        }
        assertThat(client.session.isConnected()).isTrue();
        assertThat(client.sent()).contains(PingReq.INSTANCE);
        client.pass(Duration.ofMillis(1));

        assertThat(client.session.isConnected()).isFalse();
    }

    @Test
    @Spec("MQTT-3.1.2-22")
    void bytesThatAreNoWholePacketYetAreASignOfLife() {
        TestClient client = keepAlive(MQTT_5_0, 2);

        for (int i = 0; i < 80; i++) { // 400 KB at 50 KB/s
            client.pass(Duration.ofMillis(100));
            client.session.onSignOfLife(client.nowNanos);
        }

        assertThat(client.session.isConnected()).isTrue();
        client.pass(Duration.ofSeconds(3));
        assertThat(client.session.isConnected()).isFalse();
    }

    @Test
    void nextConnectionWaitsForNoPingRespOfTheLast() {
        TestClient client = keepAlive(MQTT_5_0, 60);
        client.pass(Duration.ofSeconds(59));
        client.session.onReadingPaused(client.nowNanos);
        client.cutAndResume();
        client.outputs();

        client.pass(Duration.ofSeconds(58));

        assertThat(client.outputs()).isEmpty();
        assertThat(client.session.isConnected()).isTrue();
    }

    private static TestClient keepAlive(ProtocolVersion version, int seconds) {
        return new TestClient(TestClient.options(version).keepAlive(Duration.ofSeconds(seconds))).connected();
    }
}
