package io.reactivemqtt.engine.connection;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Counts the attempts in a row to re-establish a lost connection, and times them. Loop only. */
public final class Reconnector {

    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So many connections in a row that are lost at once look like a fight. */
    private static final int FIGHT = 3;

    /** Refusals that other credentials may cure. */
    private static final Set<ReasonCode> CREDENTIALS =
            Set.of(ReasonCode.BAD_USER_NAME_OR_PASSWORD, ReasonCode.NOT_AUTHORIZED);

    /** After so many attempts the policy's bound is taken to be its longest. */
    private static final int MANY = 1_000;

    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);

    /** A Server that says so is given more time. */
    private static final Set<ReasonCode> BUSY = Set.of(
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.SERVER_BUSY,
            ReasonCode.CONNECTION_RATE_EXCEEDED,
            ReasonCode.MESSAGE_RATE_TOO_HIGH);

    private final ClientOptions options;
    private final ReconnectPolicy policy;
    private final Loop loop;
    private final DoubleSupplier random;
    private final @Nullable Redirects redirects;
    private final @Nullable VersionFallback versions;
    private int attempts;

    private @Nullable MqttException lastFailure;

    /** Which of the attempts in a row is due; 0: none, so that one that begins is the application's. */
    private int due;

    /** When the first of the attempts in a row was scheduled. */
    private long begunNanos;

    private int busyInARow;
    /** Which of the Servers is tried. */
    private int serverIndex;

    private int lostAtOnce;
    private long connectedNanos;
    private boolean wasConnected;
    private @Nullable Disposable scheduled;

    /** Takes {@code random} numbers from 0 to below 1. */
    public Reconnector(ClientOptions options, Loop loop, DoubleSupplier random) {
        this.options = options;
        this.policy = options.reconnect();
        this.loop = loop;
        this.random = random;
        this.redirects = Redirects.of(options);
        this.versions = VersionFallback.of(options.session());
    }

    /** Begins the attempt that is due, or one that the application wants, with the next Server. */
    ConnectAttempt begin() {
        ConnectAttempt next =
                ConnectAttempt.of(options, options.servers().get(serverIndex), due, due == 0 ? null : lastFailure);
        return redirects == null ? next : redirects.apply(next);
    }

    /**
     * Tells whether something else is tried in the same attempt: another Server that {@code from} has named, another version, the
     * next Server.
     */
    boolean goesOn(MqttException cause, URI from, Consumer<ClientEvent> events) {
        if (cause instanceof StoreException || cause instanceof SessionTakenOverException) {
            return false; // it was no Server that failed, and another one would have to wait for the store
        }
        return follows(cause, from, events) || goOnWithOtherVersion(cause) || goOnToNextServer(cause);
    }

    /** Goes where the Server {@code from} says, by {@code cause}, that another one is, if the policy has it so; false if it does not. */
    private boolean follows(MqttException cause, URI from, Consumer<ClientEvent> events) {
        ClientEvent.ServerMoved moved = redirects == null ? null : redirects.follow(cause, from);
        if (moved != null) {
            events.accept(moved);
        }
        return moved != null;
    }

    /** Returns the options in the version of MQTT that the attempt speaks which begins now. */
    SessionOptions spoken() {
        if (versions == null) {
            return options.session();
        }
        URI configured = options.servers().get(serverIndex);
        return versions.spokenWith(redirects == null ? configured : redirects.target(configured));
    }

    /** Speaks another version of MQTT with the same Server, if the policy has it so and that may cure {@code cause}. */
    private boolean goOnWithOtherVersion(MqttException cause) {
        return versions != null && versions.goOnWithOther(cause);
    }

    /** Goes on to the next Server in the same attempt; false if there is none, or {@code cause} would be the same there. */
    private boolean goOnToNextServer(MqttException cause) {
        if (serverIndex + 1 == options.servers().size() || !isRetried(cause)) {
            return false;
        }
        serverIndex++;
        if (redirects != null) {
            redirects.failed();
        }
        return true;
    }

    /** An attempt is over: the next begins with the first Server. */
    void attemptEnded() {
        serverIndex = 0;
        due = 0;
        if (redirects != null) {
            redirects.failed();
        }
        if (versions != null) {
            versions.attemptEnded();
        }
    }

    /** Returns the attempt that takes the place of a connection which {@code cause} ends in good order. */
    ConnectAttempt renewal(MqttException cause) {
        ConnectAttempt next = ConnectAttempt.of(options, options.servers().get(0), 1, cause);
        if (redirects == null) {
            return next;
        }
        redirects.lost(); // as with any connection that ends
        return redirects.apply(next);
    }

    /** Such a connection has ended: what follows is no attempt after a failure. */
    void renews(MqttException cause) {
        wasConnected = false;
        attempts = 0;
        due = 1;
        lastFailure = cause;
    }

    /** Returns how many attempts in a row have been scheduled. */
    int attempts() {
        return attempts;
    }

    void connected(long nowNanos) {
        serverIndex = 0;
        due = 0;
        if (redirects != null) {
            redirects.connected();
        }
        if (versions != null) {
            versions.connected();
        }
        wasConnected = true;
        connectedNanos = nowNanos;
        busyInARow = 0;
    }

    /** Tells whether the policy has a connection re-established that {@code cause} has ended. */
    boolean worthTrying(MqttException cause) {
        return policy.maxAttempts() > 0 && isRetried(cause);
    }

    private boolean isRetried(MqttException cause) {
        if (cause instanceof ClientClosedException) {
            return true; // who wanted it at once has gone: it has not failed
        }
        if (options.credentials() != null && cause.reasonCode() != null && CREDENTIALS.contains(cause.reasonCode())) {
            return true; // the next may be accepted
        }
        if (options.standby() != null && isTakeover(cause)) {
            return true; // when it is this client's turn
        }
        try {
            return policy.retryOn().test(cause);
        } catch (Throwable thrown) {
            UserCode.dropped(thrown);
            return false;
        }
    }

    /** Tells whether another one has the Session now. */
    static boolean isTakeover(MqttException cause) {
        return cause instanceof SessionTakenOverException || cause.reasonCode() == ReasonCode.SESSION_TAKEN_OVER;
    }

    /** Schedules {@code attempt}, where the policy wants one after {@code cause}; false if it does not. */
    boolean schedule(MqttException cause, URI from, long nowNanos, Runnable attempt, Consumer<ClientEvent> events) {
        if (redirects != null && wasConnected) {
            redirects.lost();
        }
        boolean moves = wasConnected && policy.maxAttempts() > 0 && follows(cause, from, events);
        if (!moves && !worthTrying(cause)) {
            attempts = 0;
            return false;
        }
        if (wasConnected && nowNanos - connectedNanos >= policy.resetAfter().toNanos()) {
            attempts = 0;
        }
        boolean fights = isLostAtOnceAgain(nowNanos);
        wasConnected = false;
        if (attempts == 0) {
            begunNanos = nowNanos;
        }
        attempts++;
        lastFailure = cause;
        long delayNanos = delayNanos(cause);
        if (fights) {
            events.accept(new ClientEvent.ConnectionsLostAtOnce(lostAtOnce));
            delayNanos = longDelayNanos(lostAtOnce - FIGHT);
        }
        if (isExhausted(nowNanos + delayNanos)) {
            attempts = 0;
            return false;
        }
        scheduled = loop.schedule(
                () -> {
                    scheduled = null;
                    due = attempts;
                    attempt.run();
                },
                delayNanos);
        events.accept(new ClientEvent.ReconnectScheduled(attempts, Duration.ofNanos(delayNanos), cause));
        return true;
    }

    private boolean isExhausted(long attemptNanos) {
        Duration elapsed = policy.maxElapsed();
        return attempts > policy.maxAttempts() || (elapsed != null && attemptNanos - begunNanos > elapsed.toNanos());
    }

    private long delayNanos(MqttException cause) {
        double random = 1 - policy.jitter() + policy.jitter() * this.random.getAsDouble();
        long delayNanos = (long) (boundNanos(attempts) * random);
        if (cause.reasonCode() == null || !BUSY.contains(cause.reasonCode())) {
            busyInARow = 0;
            return delayNanos;
        }
        return Math.max(delayNanos, longDelayNanos(busyInARow++));
    }

    private long boundNanos(int attempt) {
        Duration bound;
        try {
            bound = Objects.requireNonNull(policy.backoff().bound(attempt), "the bound of a Backoff");
        } catch (Throwable thrown) {
            UserCode.dropped(thrown);
            bound = ReconnectPolicy.DEFAULT.backoff().bound(attempt);
        }
        return Turns.nanos(bound);
    }

    /** Returns how long to wait while connections are lost at once: at least a sixteenth of the longest delay, and twice that each time. */
    private long longDelayNanos(int time) {
        double atMost = Math.min(longestNanos() / 8 * Math.pow(2, time), longestNanos());
        return (long) (atMost / 2 + atMost / 2 * random.getAsDouble());
    }

    private double longestNanos() {
        return Math.min(boundNanos(MANY), LONGEST_PATIENCE.toNanos());
    }

    /** Another client may have the same Client Identifier: then each connection of one ends that of the other. */
    private boolean isLostAtOnceAgain(long nowNanos) {
        boolean atOnce = wasConnected && nowNanos - connectedNanos < AT_ONCE_NANOS;
        if (atOnce) {
            lostAtOnce++;
        } else if (wasConnected) {
            lostAtOnce = 0;
        }
        return atOnce && lostAtOnce >= FIGHT;
    }

    /** Returns why the last attempt was scheduled. */
    MqttException lastFailure() {
        return Objects.requireNonNull(lastFailure, "one was scheduled");
    }

    /** Cancels the attempt that is scheduled; true if there was one. */
    boolean cancel() {
        Disposable waiting = scheduled;
        scheduled = null;
        if (waiting == null) {
            return false;
        }
        waiting.dispose();
        return true;
    }
}
