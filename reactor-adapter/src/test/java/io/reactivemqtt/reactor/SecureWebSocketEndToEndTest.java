package io.reactivemqtt.reactor;

import io.reactivemqtt.reactor.ReachedServer.Way;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.ServerKind;

/** Over a WebSocket in TLS, with certificates on both sides. */
@MqttServer(ServerKind.MOSQUITTO)
class SecureWebSocketEndToEndTest extends ReachedEndToEndTest {

    SecureWebSocketEndToEndTest() {
        super(Way.SECURE_WEB_SOCKET);
    }
}
