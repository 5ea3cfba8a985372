package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.MqttException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Has what a connection was authenticated with renewed before it expires, by the wall clock: an exchange by a re-authentication, a User
 * Name and a Password by another connection. Loop only.
 */
final class Renewal {

    /** The wall clock may be set, and a machine may sleep: so it is looked at now and then. */
    private static final long LONGEST_NAP_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** So close to the end no re-authentication is tried again. */
    private static final long LAST_MOMENT_MILLIS = 1_000;

    private final Turns turns;
    private final ServerConnection connection;
    private final long beforeMillis;
    private final Consumer<MqttException> reestablish;
    private @Nullable Disposable nap;

    Renewal(Turns turns, ServerConnection connection, Duration before, Consumer<MqttException> reestablish) {
        this.turns = turns;
        this.connection = connection;
        this.beforeMillis = before.toMillis();
        this.reestablish = reestablish;
    }

    /** {@code authenticated} is what a connection, or a re-authentication, has succeeded with; null if it has no end. */
    void begin(@Nullable Prepared authenticated) {
        end();
        if (authenticated == null) {
            return;
        }
        Instant password = authenticated.credentialsExpireAt();
        Instant exchange = expiry(authenticated.exchange());
        if (exchange != null && (password == null || exchange.isBefore(password))) {
            at(exchange, () -> reauthenticate(exchange));
        } else if (password != null) {
            at(password, () -> reestablish.accept(new ConnectionLostException("the credentials expire", null, null)));
        }
    }

    private static @Nullable Instant expiry(@Nullable AuthenticationExchange exchange) {
        try {
            return exchange == null ? null : exchange.expiresAt();
        } catch (Throwable thrown) { // by the application
            UserCode.dropped(thrown);
            return null;
        }
    }

    /**
     * Runs {@code renew} as long before {@code expiresAt} as the options say, but not before half of the time is over. What has expired
     * by this clock already, the Server has accepted all the same.
     */
    private void at(Instant expiresAt, Runnable renew) {
        long leftMillis = expiresAt.toEpochMilli() - turns.epochMillis();
        if (leftMillis > 0) {
            sleepUntil(expiresAt.toEpochMilli() - Math.min(beforeMillis, leftMillis / 2), renew);
        }
    }

    private void sleepUntil(long dueMillis, Runnable renew) {
        long leftMillis = dueMillis - turns.epochMillis();
        if (leftMillis <= 0) {
            renew.run();
        } else {
            nap = turns.schedule(
                    () -> sleepUntil(dueMillis, renew),
                    TimeUnit.MILLISECONDS.toNanos(Math.min(leftMillis, LONGEST_NAP_MILLIS)));
        }
    }

    private void reauthenticate(Instant expiresAt) {
        connection.reauthenticate(EngineRequest.failing(cause -> {
                    if (expiresAt.toEpochMilli() - turns.epochMillis() > LAST_MOMENT_MILLIS) {
                        at(expiresAt, () -> reauthenticate(expiresAt)); // half way to it
                    } else {
                        reestablish.accept(cause);
                    }
                })
                .after(() -> begin(connection.authenticated())));
    }

    /** Nothing is to be renewed any more. */
    void end() {
        if (nap != null) {
            nap.dispose();
            nap = null;
        }
    }
}
