package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What the client does against real Servers it does over TLS with certificates on both sides. */
@MqttServer(ServerKind.MOSQUITTO)
class SecureEndToEndTest extends EndToEndTest {

    private static SecureServer secure;

    SecureEndToEndTest() {
        super(secure);
    }

    @BeforeAll
    static void start() {
        secure = SecureServer.create();
    }

    @AfterAll
    static void end() {
        secure.close();
    }

    @Override
    protected ClientFace create(Consumer<ClientOptions.Builder> options) {
        return super.create(builder -> {
            builder.tls(secure::secure);
            options.accept(builder);
        });
    }
}
