package io.reactivemqtt.reactor;

import io.reactivemqtt.reactor.ReachedServer.Way;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.ServerKind;

/** Over TLS, with certificates on both sides. */
@MqttServer(ServerKind.MOSQUITTO)
class SecureEndToEndTest extends ReachedEndToEndTest {

    SecureEndToEndTest() {
        super(Way.TLS);
    }
}
