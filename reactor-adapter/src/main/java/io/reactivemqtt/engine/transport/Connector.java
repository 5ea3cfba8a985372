package io.reactivemqtt.engine.transport;

import io.reactivemqtt.engine.loop.Loop;
import reactor.core.Disposable;

/** Opens connections to the Server. */
public interface Connector {

    /**
     * Opens one connection and tells {@code listener} about it.
     *
     * @return disposing of it gives an attempt up that has not succeeded yet
     */
    Disposable connect(Loop loop, TransportListener listener);
}
