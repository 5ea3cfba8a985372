package io.reactivemqtt.engine.transport;

import io.reactivemqtt.client.ClientOptions;
import reactor.netty.resources.LoopResources;

/** Resources that bring connections of their own instead of event loops for Netty's: those to a Server in memory. */
public interface ConnectingResources extends LoopResources {

    /** Returns what makes the connections of a client with {@code options}. */
    Connector connector(ClientOptions options);
}
