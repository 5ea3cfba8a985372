package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AnsweringServerTest {

    @Test
    void acknowledgesAndCountsWhatAClientSays() throws IOException {
        try (AnsweringServer server = AnsweringServer.start();
                RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect311("a"));
            assertThat(client.receivePacket()).containsExactly(0x20, 0x02, 0x00, 0x00);

            client.send(RawClient.bytes(0x82, 0x06, 0x00, 0x01, 0x00, 0x01, 'a', 0x02)); // SUBSCRIBE a, QoS 2
            assertThat(client.receivePacket()).isEqualTo(RawClient.bytes(0x90, 0x03, 0x00, 0x01, 0x02));

            client.send(RawClient.bytes(0x30, 0x03, 0x00, 0x01, 'a')); // PUBLISH, QoS 0
            client.send(RawClient.bytes(0x32, 0x05, 0x00, 0x01, 'a', 0x00, 0x02)); // QoS 1
            assertThat(client.receivePacket()).isEqualTo(RawClient.bytes(0x40, 0x02, 0x00, 0x02));

            client.send(RawClient.bytes(0x34, 0x05, 0x00, 0x01, 'a', 0x00, 0x03)); // QoS 2
            assertThat(client.receivePacket()).isEqualTo(RawClient.bytes(0x50, 0x02, 0x00, 0x03));
            client.send(RawClient.bytes(0x62, 0x02, 0x00, 0x03)); // PUBREL
            assertThat(client.receivePacket()).isEqualTo(RawClient.bytes(0x70, 0x02, 0x00, 0x03));

            client.send(RawClient.bytes(0xA2, 0x05, 0x00, 0x04, 0x00, 0x01, 'a')); // UNSUBSCRIBE
            assertThat(client.receivePacket()).isEqualTo(RawClient.bytes(0xB0, 0x02, 0x00, 0x04));
            client.send(RawClient.bytes(0xC0, 0x00)); // PINGREQ
            assertThat(client.receivePacket()).isEqualTo(RawClient.bytes(0xD0, 0x00));

            client.send(RawClient.bytes(0xE0, 0x00)); // DISCONNECT
            assertThat(client.receiveByte()).isEqualTo(-1);

            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.messages(Qos.AT_MOST_ONCE)).isEqualTo(1);
            assertThat(server.messages(Qos.AT_LEAST_ONCE)).isEqualTo(1);
            assertThat(server.messages(Qos.EXACTLY_ONCE)).isEqualTo(1);
            assertThat(server.completedFlows()).isEqualTo(1);
        }
    }
}
