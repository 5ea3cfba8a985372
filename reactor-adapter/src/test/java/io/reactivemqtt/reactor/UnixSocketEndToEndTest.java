package io.reactivemqtt.reactor;

import io.reactivemqtt.reactor.ReachedServer.Way;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.ServerKind;

/** Over a Unix domain socket. */
@MqttServer(ServerKind.MOSQUITTO)
class UnixSocketEndToEndTest extends ReachedEndToEndTest {

    UnixSocketEndToEndTest() {
        super(Way.UNIX_SOCKET);
    }
}
