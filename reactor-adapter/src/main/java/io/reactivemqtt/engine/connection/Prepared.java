package io.reactivemqtt.engine.connection;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.ConnectAttempt;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect as the application wants it.
 *
 * @param exchange the enhanced authentication that goes with it, or null
 * @param firstData what that says first, or null
 */
record Prepared(
        ConnectAttempt attempt,
        @Nullable AuthenticationExchange exchange,
        @Nullable Payload firstData) {

    static Prepared plain(ConnectAttempt attempt) {
        return new Prepared(attempt, null, null);
    }

    @Override
    public String toString() { // what is said first may be a secret
        return "Prepared[" + attempt + "]";
    }
}
