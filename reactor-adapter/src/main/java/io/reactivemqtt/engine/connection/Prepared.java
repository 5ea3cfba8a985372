package io.reactivemqtt.engine.connection;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.ConnectAttempt;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect as the application wants it.
 *
 * @param exchange the enhanced authentication that goes with it, or null
 * @param credentialsExpireAt when the User Name and Password expire, or null
 * @param firstData what that says first, or null
 */
record Prepared(
        ConnectAttempt attempt,
        @Nullable Instant credentialsExpireAt,
        @Nullable AuthenticationExchange exchange,
        @Nullable Payload firstData) {

    static Prepared plain(ConnectAttempt attempt) {
        return new Prepared(attempt, null, null, null);
    }

    /** Tells whether what it is authenticated with may have to be renewed. */
    boolean mayExpire() {
        return exchange != null || credentialsExpireAt != null;
    }

    Prepared with(AuthenticationExchange begun, @Nullable Payload data) {
        return new Prepared(attempt, credentialsExpireAt, begun, data);
    }

    @Override
    public String toString() { // what is said first may be a secret
        return "Prepared[" + attempt + "]";
    }
}
