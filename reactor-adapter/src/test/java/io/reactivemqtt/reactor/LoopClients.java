package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.transport.Connector;
import java.util.function.DoubleSupplier;

/** The real client on a loop and a network that are none. */
public final class LoopClients {

    private LoopClients() {}

    /**
     * Makes one.
     *
     * @param random between 0 and 1, for waiting times
     */
    public static ReactorMqttClient create(ClientOptions options, Connector connector, DoubleSupplier random) {
        return new EngineClient(options, connector, random);
    }
}
