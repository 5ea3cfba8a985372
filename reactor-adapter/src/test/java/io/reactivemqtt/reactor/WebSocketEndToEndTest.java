package io.reactivemqtt.reactor;

import io.reactivemqtt.reactor.ReachedServer.Way;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.ServerKind;

/** Over a WebSocket. */
@MqttServer(ServerKind.MOSQUITTO)
class WebSocketEndToEndTest extends ReachedEndToEndTest {

    WebSocketEndToEndTest() {
        super(Way.WEB_SOCKET);
    }
}
