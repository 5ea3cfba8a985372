package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

@MqttServer
class RealServersTest {

    @Test
    void acceptsMqtt5(RunningServer server) throws IOException {
        try (RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect5("five"));

            assertThat(client.receivePacket()).startsWith(0x20).satisfies(connAck -> assertThat(connAck[3])
                    .isZero());
        }
    }

    @Test
    void acceptsMqtt311(RunningServer server) throws IOException {
        try (RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect311("three"));

            assertThat(client.receivePacket()).containsExactly(0x20, 0x02, 0x00, 0x00);
        }
    }
}
