package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
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
 * Name and a Password by another connection, for which the new ones are asked first. What cannot be renewed is tried again half way to
 * its end, and the connection stays for as long as the Server has it. Loop only.
 */
final class Renewal {

    /** The wall clock may be set, and a machine may sleep: so it is looked at now and then. */
    private static final long LONGEST_NAP_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** So close to the end nothing is tried again. */
    private static final long LAST_MOMENT_MILLIS = 1_000;

    /** What lives as long as that does not expire; in milliseconds it does not overflow. */
    private static final Duration LONGEST = Duration.ofDays(365_000);

    private final Turns turns;
    private final ServerConnection connection;
    private final Reconnector reconnector;
    private final Preparation preparation;
    private final Consumer<ClientEvent> events;
    private final Consumer<Prepared> connectAnew;
    private final long beforeMillis;
    private final Reauthentications reauthentications;
    private @Nullable Disposable nap;
    private @Nullable Disposable question;

    /** Which renewal is under way: what an earlier one brings is too late. */
    private int run;

    private Renewal(
            Turns turns,
            ServerConnection connection,
            Reconnector reconnector,
            Preparation preparation,
            ClientOptions options,
            Consumer<ClientEvent> events,
            Consumer<Prepared> connectAnew) {
        this.turns = turns;
        this.connection = connection;
        this.reauthentications = new Reauthentications(turns, connection::reauthenticate);
        this.reconnector = reconnector;
        this.preparation = preparation;
        this.events = events;
        this.connectAnew = connectAnew;
        this.beforeMillis = options.renewBefore().toMillis();
    }

    /**
     * Returns one, or null where nothing expires: idle clients come in thousands.
     *
     * @param connectAnew ends the connection, and makes another with what it gets
     */
    static @Nullable Renewal of(
            Turns turns,
            ServerConnection connection,
            Reconnector reconnector,
            ClientOptions options,
            Consumer<ClientEvent> events,
            Consumer<Prepared> connectAnew) {
        Preparation preparation = options.credentials() == null && options.authenticator() == null
                ? null
                : Preparation.of(turns, options);
        return preparation == null
                ? null
                : new Renewal(turns, connection, reconnector, preparation, options, events, connectAnew);
    }

    /** Says why a connection ends that has to be made with other credentials. */
    static ConnectionLostException credentialsExpire() {
        return new ConnectionLostException("the credentials expire, and others take their place", null, null);
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
            long expiresMillis = millis(exchange);
            at(expiresMillis, () -> reauthenticate(expiresMillis));
        } else if (password != null) {
            long expiresMillis = millis(password);
            at(expiresMillis, () -> askForCredentials(expiresMillis));
        }
    }

    /** Authenticates the connection anew for {@code request}, which is the application's. */
    void reauthenticate(EngineRequest request) {
        reauthentications.add(request.after(() -> begin(connection.authenticated())), () -> true);
    }

    private static @Nullable Instant expiry(@Nullable AuthenticationExchange exchange) {
        try {
            return exchange == null ? null : exchange.expiresAt();
        } catch (Throwable thrown) { // by the application
            UserCode.dropped(thrown);
            return null;
        }
    }

    private long millis(Instant expiresAt) {
        Instant now = Instant.ofEpochMilli(turns.epochMillis());
        Instant last = now.plus(LONGEST);
        return (expiresAt.isAfter(last) ? last : expiresAt.isBefore(now) ? now : expiresAt).toEpochMilli();
    }

    /** Nothing is to be renewed any more. */
    void end() {
        run++;
        if (nap != null) {
            nap.dispose();
            nap = null;
        }
        if (question != null) {
            question.dispose();
            question = null;
        }
    }

    /**
     * Runs {@code renew} as long before {@code expiresMillis} as the options say, but not before half of the time is over. What has
     * expired by this clock already, the Server has accepted all the same.
     */
    private void at(long expiresMillis, Runnable renew) {
        long leftMillis = expiresMillis - turns.epochMillis();
        if (leftMillis > 0) {
            sleepUntil(expiresMillis - Math.min(beforeMillis, leftMillis / 2), renew);
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

    private void reauthenticate(long expiresMillis) {
        int mine = run;
        reauthentications.add(
                EngineRequest.failing(cause -> failed(mine, cause, expiresMillis, () -> reauthenticate(expiresMillis)))
                        .after(() -> {
                            if (mine == run) {
                                begin(connection.authenticated());
                            }
                        }),
                () -> mine == run); // else the application has done it
    }

    private void askForCredentials(long expiresMillis) {
        if (!reconnector.worthTrying(credentialsExpire())) {
            return; // the connection would not be made again
        }
        int mine = run;
        Disposable asked = preparation.prepare(
                reconnector.renewal(credentialsExpire()),
                prepared -> {
                    if (mine == run) {
                        connectAnew.accept(prepared);
                    }
                },
                cause -> failed(mine, cause, expiresMillis, () -> askForCredentials(expiresMillis)));
        if (mine == run) {
            question = asked;
        }
    }

    private void failed(int mine, MqttException cause, long expiresMillis, Runnable again) {
        if (mine != run) {
            return;
        }
        events.accept(new ClientEvent.RenewalFailed(cause, Instant.ofEpochMilli(expiresMillis)));
        long leftMillis = expiresMillis - turns.epochMillis();
        if (leftMillis > LAST_MOMENT_MILLIS) {
            sleepUntil(expiresMillis - leftMillis / 2, again);
        }
    }
}
