package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.packet.Connect;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class RefusingPortTest {

    @Test
    void refusesUntilAServerTakesItsPlace() throws IOException {
        RefusingPort refusing = RefusingPort.open();
        int port = refusing.port();
        assertThatThrownBy(() -> RawClient.open(refusing.uri())).isInstanceOf(ConnectException.class);

        refusing.close();

        try (ScriptedServer server = ScriptedServer.start(port);
                RawClient client = RawClient.open(server.uri())) {
            ScriptedConnection connection = server.accept();
            client.send(RawClient.connect5("a"));
            connection.expect(Connect.class);
        }
    }
}
