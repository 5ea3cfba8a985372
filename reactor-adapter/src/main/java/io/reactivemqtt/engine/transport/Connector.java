package io.reactivemqtt.engine.transport;

import io.reactivemqtt.engine.loop.Loop;
import reactor.core.Disposable;

/** Opens connections to the Server, all of them on one loop. */
public interface Connector {

    /** Returns the loop on which connections work, and so the client too. */
    Loop loop();

    /**
     * Opens the connection of {@code attempt} and tells {@code listener} about it.
     *
     * @return disposing of it gives an attempt up that has not succeeded yet
     */
    Disposable connect(Attempt attempt, TransportListener listener);
}
