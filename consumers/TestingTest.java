import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import io.reactivemqtt.testkit.server.FaultProxy;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a stranger's tests do: a scripted Server behind a proxy, and a client without any Server. */
class TestingTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "x", Qos.AT_LEAST_ONCE);

    @Test
    void aScriptedServerAnswersThroughAProxy() {
        try (ScriptedServer server = ScriptedServer.start();
                FaultProxy proxy = FaultProxy.to(server.uri())) {
            ReactorMqttClient client =
                    ReactorMqttClient.create(options -> options.server(proxy.uri()).clientIdentifier("tested"));
            CompletableFuture<?> published = client.connect().then(client.publish(MESSAGE)).toFuture();
            ScriptedConnection connection = server.acceptAndConnect(false);
            Publish publish = connection.expect(Publish.class);
            connection.send(new PubAck(publish.packetIdentifier(), ReasonCode.SUCCESS));
            published.join();
            client.disconnect().block(SOON);
        }
    }

    @Test
    void aClientNeedsNoServer() {
        FakeMqttClient client = FakeMqttClient.connected();
        client.consume("a", Qos.AT_LEAST_ONCE, received -> client.publish(received.message()))
                .subscribe();
        Delivery delivery = client.deliver(MESSAGE);
        assertTrue(delivery.isAcknowledged());
        assertEquals(MESSAGE, client.published().get(0));
    }
}
