package io.reactivemqtt.engine.state;

import io.reactivemqtt.exception.MqttException;

/** Hears that the Session State is not at hand. On the loop. */
public interface StoreListener {

    /** The store has failed, or cannot be opened; whoever waited has been told. */
    void unavailable(MqttException cause);

    /** The Session may be another's, and the store is not opened before it is this client's turn; or nobody waits for that any more. */
    void standsBy(boolean waits);
}
