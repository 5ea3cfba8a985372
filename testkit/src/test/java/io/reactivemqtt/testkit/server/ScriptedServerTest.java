package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptedServerTest {

    private static final byte[] PINGREQ = RawClient.bytes(0xC0, 0x00);
    private static final byte[] CONNACK_5 = RawClient.bytes(0x20, 0x03, 0x00, 0x00, 0x00);

    private final ScriptedServer server = ScriptedServer.start(Duration.ofMillis(500));
    private RawClient client;
    private ScriptedConnection connection;

    @BeforeEach
    void connect() throws IOException {
        client = RawClient.open(server.uri());
        connection = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void packetsAreTakenInTheOrderOfTheirComing() throws IOException {
        client.send(RawClient.connect5("a"));
        client.send(PINGREQ);

        assertThat(connection.expect(Connect.class).clientIdentifier()).isEqualTo("a");
        connection.expect(PingReq.INSTANCE);
        assertThat(connection.received()).hasSize(2);
    }

    @Test
    void packetInPiecesIsOnePacket() throws IOException {
        for (byte one : RawClient.connect5("a")) {
            client.send(one);
        }

        connection.expect(Connect.class);
    }

    @Test
    void manyPacketsInOneWriteAreAllSeen() throws IOException {
        byte[] pings = new byte[20_000]; // more than the first buffer holds
        for (int i = 0; i < pings.length; i += 2) {
            pings[i] = PINGREQ[0];
        }

        client.send(pings);

        for (int i = 0; i < pings.length; i += 2) {
            connection.expect(PingReq.INSTANCE);
        }
        assertThat(connection.receivedBytes()).isEqualTo(pings);
    }

    @Test
    void answersInTheVersionOfTheConnect() throws IOException {
        client.send(RawClient.connect311("a"));

        assertThat(connection.expect(Connect.class).protocolVersion()).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        connection.send(ConnAck.accepted(true));

        assertThat(client.receivePacket()).containsExactly(0x20, 0x02, 0x01, 0x00);
    }

    @Test
    void acceptAndConnectSpeaksForTheServer() throws IOException {
        try (RawClient second = RawClient.open(server.uri())) {
            second.send(RawClient.connect5("a"));

            server.acceptAndConnect(false);

            assertThat(second.receivePacket()).isEqualTo(CONNACK_5);
        }
    }

    @Test
    void wrongPacketFailsAndShowsTheConversation() throws IOException {
        client.send(RawClient.connect5("meter-7"));
        connection.expect(Connect.class);
        connection.send(ConnAck.refused(ReasonCode.BANNED));
        client.send(PINGREQ);

        assertThatThrownBy(() -> connection.expect(PingResp.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected PingResp")
                .hasMessageContaining("but there came PingReq")
                .hasMessageContaining("< Connect[")
                .hasMessageContaining("meter-7")
                .hasMessageContaining("> ConnAck[");
    }

    @Test
    void silenceFailsAfterTheWait() {
        assertThatThrownBy(() -> connection.expect(PingReq.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nothing within PT0.5S");
    }

    @Test
    void whatIsNotMqttIsToldAsSuch() throws IOException {
        client.send(RawClient.bytes(0x00, 0x00));

        assertThatThrownBy(() -> connection.expect(Connect.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("what is not MQTT");
        assertThat(connection.receivedBytes()).containsExactly(0x00, 0x00);
    }

    @Test
    void nothingIsNothing() throws IOException {
        connection.expectNothing(Duration.ofMillis(50));
        server.expectNoConnection(Duration.ofMillis(50));
        client.send(PINGREQ);

        assertThatThrownBy(() -> connection.expectNothing(Duration.ofSeconds(5)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PingReq");
    }

    @Test
    void endOfTheClientIsSeenAndStays() throws IOException {
        client.close();

        connection.expectClosed();
        connection.expectClosed();
        assertThatThrownBy(() -> connection.expect(Connect.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the end of the connection");
    }

    @Test
    void packetBeforeTheEndIsNotTheEnd() throws IOException {
        client.send(PINGREQ);
        client.close();

        assertThatThrownBy(connection::expectClosed)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PingReq");
        connection.expectClosed();
    }

    @Test
    void sendsBytesAsTheyAre() throws IOException {
        connection.sendBytes(0x20, 0xFF);

        assertThat(client.receiveBytes(2)).isEqualTo(RawClient.bytes(0x20, 0xFF));
    }

    @Test
    void piecesTogetherAreThePacket() throws IOException {
        connection.sendInPieces(2, ConnAck.accepted(false));

        assertThat(client.receiveBytes(5)).isEqualTo(CONNACK_5);
    }

    @Test
    void cutLeavesTheFirstBytesAndTheEnd() throws IOException {
        connection.cutAfter(3, ConnAck.accepted(false));

        assertThat(client.receiveBytes(5)).isEqualTo(RawClient.bytes(0x20, 0x03, 0x00));
        assertThat(client.receiveByte()).isEqualTo(-1);
    }

    @Test
    void closeIsTheEndOfTheStream() throws IOException {
        connection.close();

        assertThat(client.receiveByte()).isEqualTo(-1);
    }

    @Test
    void resetIsAnError() {
        connection.reset();

        assertThatThrownBy(client::receiveByte)
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void readsNothingWhileStopped() throws IOException {
        connection.stopReading();
        client.send(PINGREQ);

        connection.expectNothing(Duration.ofMillis(100));
        connection.resumeReading();
        connection.expect(PingReq.INSTANCE);
    }

    @Test
    void portCanBeTakenAgainByTheNextServer() throws IOException {
        int port = server.port();
        server.close();

        try (ScriptedServer next = ScriptedServer.start(port);
                RawClient second = RawClient.open(next.uri())) {
            second.send(RawClient.connect5("a"));
            next.acceptAndConnect(false);
            assertThat(second.receivePacket()).isEqualTo(CONNACK_5);
        }
    }

    @Test
    void closeEndsTheThread() throws InterruptedException {
        server.close();

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("test-server")) {
                thread.join(10_000); // its last steps come after the word that it is done
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }
}
