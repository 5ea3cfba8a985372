package io.reactivemqtt.exception;

import org.jspecify.annotations.Nullable;

/**
 * The store of Session State failed. What it has reported as durable is safe; whether the last changes are durable is unknown.
 * The client closes its connection without acknowledging more, and recovers when it connects again: repair the store, then
 * connect, or let the client reconnect.
 */
public final class StoreException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Says what the store could not do, and why. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, null, cause);
    }
}
