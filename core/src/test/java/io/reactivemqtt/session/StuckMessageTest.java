package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.MessageStuck;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.PublishFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A message that the Server answers by closing the connection holds nothing back for ever. */
class StuckMessageTest {

    private static final Duration QUIET = Duration.ofSeconds(1);

    /** A connection ends before the Server has answered anything. */
    private static void cut(TestClient client, @Nullable Throwable cause) {
        client.session.onTransportLost(cause, client.nowNanos);
    }

    /** Has the message "bad" end three connections, and connects once more. */
    private static void getStuck(TestClient client) {
        for (int i = 0; i < 2; i++) {
            assertThat(serve(client)).isTrue();
            client.reconnect(true);
        }
        client.pass(QUIET);
        assertThat(serve(client)).isTrue();
        client.reconnect(true);
    }

    private static boolean isToldStuck(TestClient client) {
        return client.outputs().stream()
                .anyMatch(output -> output instanceof Emit emit && emit.event() instanceof MessageStuck);
    }

    /** Two connections have ended at once with the message "a" first in flight, and the third is there. */
    private static TestClient suspicious() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).cleanSession(false)).connected();
        client.publish("a", Qos.EXACTLY_ONCE);
        client.publish("b", Qos.AT_LEAST_ONCE);
        cut(client, new IOException("reset"));
        client.reconnect(true);
        assertThat(topics(client)).containsExactly("a", "b");
        cut(client, new IOException("reset"));
        client.reconnect(true);
        return client;
    }

    private static List<String> topics(TestClient client) {
        List<String> topics = new ArrayList<>();
        for (Packet packet : client.sent()) {
            if (packet instanceof Publish publish) {
                topics.add(publish.message().topicName().toString());
            }
        }
        return topics;
    }

    /** Acknowledges what comes before the bad message, and closes on that. Returns whether it was there. */
    private static boolean serve(TestClient client) {
        for (Output output : client.outputs()) {
            if (output instanceof Output.Send send && send.packet() instanceof Publish publish) {
                if (publish.message().topicName().toString().equals("bad")) {
                    client.session.onTransportLost(null, client.nowNanos);
                    return true;
                }
                client.receive(new PubAck(publish.packetIdentifier(), ReasonCode.SUCCESS));
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(value = Qos.class, names = "AT_MOST_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void aMessageThatEndsThreeConnectionsAtOnceFailsAndWhatIsBehindItGoesOn(Qos qos) {
        TestClient client = new TestClient(TestClient.options(MQTT_3_1_1).cleanSession(false)).connected();
        client.publish("before", Qos.AT_LEAST_ONCE);
        OutgoingFlow bad = client.publish("bad", qos);
        client.publish("behind", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 2; i++) {
            assertThat(serve(client)).isTrue();
            client.reconnect(true);
        }
        client.pass(QUIET);
        assertThat(serve(client)).isTrue();

        List<Output> outputs = client.outputs();
        assertThat(outputs)
                .contains(
                        new Emit(new MessageStuck(bad.sequence(), TopicName.of("bad"), qos, false)),
                        new PublishFailed(bad, OutcomeUnknownException.class));
        client.reconnect(true);
        assertThat(topics(client)).containsExactly("behind");
    }

    @Test
    void aDurableOneStandsAsideInItsSessionUntilItIsWithdrawn() {
        TestClient client = TestClient.durableOne(MQTT_5_0).connected();
        OutgoingFlow bad = client.publish("bad", Qos.EXACTLY_ONCE);
        client.publish("behind", Qos.AT_LEAST_ONCE);
        getStuck(client);

        assertThat(topics(client)).containsExactly("behind");
        assertThat(client.session
                        .inspect(false, client.nowNanos)
                        .inFlight()
                        .get(0)
                        .sequence())
                .isEqualTo(bad.sequence());
        assertThat(client.session.withdraw(bad.sequence(), client.nowNanos)).isTrue();
        assertThat(client.outputs()).contains(new PublishFailed(bad, OutcomeUnknownException.class));
        assertThat(client.session.withdraw(bad.sequence(), client.nowNanos)).isFalse();
    }

    @Test
    void oneThatStandsAsideIsTriedAgainLater() {
        TestClient client = TestClient.durableOne(MQTT_5_0).connected();
        client.publish("bad", Qos.AT_LEAST_ONCE);
        getStuck(client);
        assertThat(topics(client)).isEmpty();
        client.pass(Duration.ofMinutes(10));
        client.cutAndResume();

        assertThat(topics(client)).containsExactly("bad");
    }

    @Test
    void connectionsThatLastLongerAccuseNobody() {
        TestClient client = new TestClient(TestClient.options(MQTT_3_1_1).cleanSession(false)).connected();
        client.publish("bad", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 10; i++) {
            client.pass(Duration.ofSeconds(1));
            client.session.onTransportLost(null, client.nowNanos);
            client.reconnect(true);
        }

        assertThat(isToldStuck(client)).isFalse();
    }

    @Test
    void aNetworkThatCutsEveryConnectionAtOnceAccusesNobody() {
        TestClient client = suspicious();
        for (int i = 0; i < 10; i++) {
            cut(client, new IOException("reset"));
            assertThat(isToldStuck(client)).isFalse();
            client.reconnect(true);
        }
        client.pass(QUIET);
        assertThat(topics(client)).containsExactly("a", "b");
    }

    @Test
    void aServerThatSaysThatItShutsDownAccusesNoMessage() {
        TestClient client = suspicious();
        for (int i = 0; i < 3; i++) {
            client.pass(QUIET);
            client.receive(new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN));
            assertThat(isToldStuck(client)).isFalse();
            client.reconnect(true);
        }
    }

    @Test
    void theSuspectIsSentAloneAfterASecondOfQuietAndTheRestBehindIt() {
        TestClient client = suspicious();
        assertThat(topics(client)).isEmpty();
        assertThat(client.session.nextDeadlineNanos()).isEqualTo(client.nowNanos + QUIET.toNanos());
        client.publish("c", Qos.AT_LEAST_ONCE);
        client.pass(QUIET.minusNanos(1));
        assertThat(topics(client)).isEmpty();

        client.pass(Duration.ofNanos(1));
        assertThat(topics(client)).containsExactly("a");
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.receive(new PubComp(1, ReasonCode.SUCCESS));
        assertThat(topics(client)).containsExactly("b", "c");
    }

    @Test
    void whatIsAcknowledgedInTheQuietLetsNoMoreOut() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).cleanSession(false)).connected();
        client.publish("released", Qos.EXACTLY_ONCE);
        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        client.publish("a", Qos.AT_LEAST_ONCE);
        client.publish("b", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 2; i++) {
            cut(client, null);
            client.reconnect(true);
        }
        client.receive(new PubComp(1, ReasonCode.SUCCESS));
        client.pass(QUIET);

        assertThat(topics(client)).containsExactly("a");
    }

    @Test
    void aTrialThatAResetEndsIsRepeatedOnce() {
        TestClient client = suspicious();
        client.pass(QUIET);
        cut(client, new IOException("reset"));
        assertThat(isToldStuck(client)).isFalse();
        client.reconnect(true);
        client.pass(QUIET);
        cut(client, new IOException("reset"));

        assertThat(isToldStuck(client)).isTrue();
    }

    @Test
    void aPacketThatIsTooLargeIsToldOnceWithTheLimitAndItsSize() {
        TestClient client = new TestClient(
                        TestClient.options(MQTT_3_1_1).session(session -> session.maximumPacketSize(100)))
                .connected();
        List<ClientEvent> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            client.outputs();
            client.session.onMalformed(
                    new ProtocolViolationException(
                            ReasonCode.PACKET_TOO_LARGE, "PUBLISH of 200 bytes, but the Maximum Packet Size is 100"),
                    client.nowNanos);
            for (Output output : client.outputs()) {
                if (output instanceof Emit emit && emit.event() instanceof ClientEvent.IncomingPacketTooLarge) {
                    told.add(emit.event());
                }
            }
            client.reconnect(true);
        }

        assertThat(told)
                .containsExactly(new ClientEvent.IncomingPacketTooLarge(
                        100, "PUBLISH of 200 bytes, but the Maximum Packet Size is 100"));
    }
}
