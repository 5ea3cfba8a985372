package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

@MqttServer(
        value = {ServerKind.MOSQUITTO, ServerKind.ARTEMIS},
        userName = "alice",
        password = "wonderland")
class ProtectedServerTest {

    @Test
    void letsItsUserIn(RunningServer server) throws IOException {
        assertThat(returnCode(server, "wonderland")).isZero();
    }

    @Test
    void refusesAWrongPassword(RunningServer server) throws IOException {
        assertThat(returnCode(server, "looking-glass")).isIn(4, 5); // Servers differ: bad password, not authorized
    }

    private static int returnCode(RunningServer server, String password) throws IOException {
        try (RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect(4, "a", "alice", password));
            return client.receivePacket()[3];
        }
    }
}
