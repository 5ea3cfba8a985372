package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {

    @Test
    void droppedConnectionsEndAndNewOnesAreTaken() throws IOException {
        try (EmbeddedServer server = EmbeddedServer.start();
                RawClient client = RawClient.open(server.uri())) {
            client.send(RawClient.connect5("a"));
            client.receivePacket();

            server.dropConnections();

            assertThat(client.receiveEnd()).isTrue();
            try (RawClient next = RawClient.open(server.uri())) {
                next.send(RawClient.connect5("a"));
                assertThat(next.receivePacket()[3]).isZero();
            }
        }
    }
}
