package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import org.junit.jupiter.api.Test;

@MqttServer({ServerKind.MOSQUITTO, ServerKind.ARTEMIS})
class RestartedServerTest {

    @Test
    void stoppedServerRefusesAndComesBackOnItsPort(RunningServer server) throws IOException {
        URI uri = server.uri();
        server.stop();
        assertThatThrownBy(() -> RawClient.open(uri)).isInstanceOf(ConnectException.class);

        server.start();

        assertThat(server.uri()).isEqualTo(uri);
        assertAccepts(server);
    }

    @Test
    void killEndsConnectionsWithoutAWord(RunningServer server) throws IOException {
        try (RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect5("a"));
            client.receivePacket();

            server.kill();

            assertThat(client.receiveEnd()).isTrue();
        }
        server.start();
        assertAccepts(server);
    }

    private static void assertAccepts(RunningServer server) throws IOException {
        try (RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect311("b"));
            assertThat(client.receivePacket()).containsExactly(0x20, 0x02, 0x00, 0x00);
        }
    }
}
