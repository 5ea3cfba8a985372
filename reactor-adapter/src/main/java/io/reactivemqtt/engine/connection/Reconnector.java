package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.time.Duration;
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

    private final URI server;
    private final ReconnectPolicy policy;
    private final Loop loop;
    private final DoubleSupplier random;
    private int attempts;
    private @Nullable MqttException lastFailure;

    /** Which of the attempts in a row is due; 0: none, so that one that begins is the application's. */
    private int due;

    private int lostAtOnce;
    private long connectedNanos;
    private boolean wasConnected;
    private @Nullable Disposable scheduled;

    /** Takes {@code random} numbers from 0 to below 1. */
    public Reconnector(ClientOptions options, Loop loop, DoubleSupplier random) {
        this.server = options.server();
        this.policy = options.reconnect();
        this.loop = loop;
        this.random = random;
    }

    /** Begins the attempt that is due, or one that the application wants, and tells {@code observer}. */
    Attempt begin(ClientObserver observer) {
        Attempt begun = new Attempt(due, Endpoint.of(server), due == 0 ? null : lastFailure);
        due = 0;
        observer.connecting(server, begun.reconnect(), begun.lastFailure());
        return begun;
    }

    void connected(long nowNanos) {
        wasConnected = true;
        connectedNanos = nowNanos;
    }

    boolean worthTrying(MqttException cause) {
        return policy.enabled() && cause.isRetryable();
    }

    void schedule(MqttException cause, long nowNanos, Runnable attempt, Consumer<ClientEvent> events) {
        if (wasConnected && nowNanos - connectedNanos >= policy.resetAfter().toNanos()) {
            attempts = 0;
        }
        boolean fights = isLostAtOnceAgain(nowNanos);
        wasConnected = false;
        attempts++;
        lastFailure = cause;
        long delayNanos = delayNanos();
        if (fights) {
            events.accept(new ClientEvent.ConnectionsLostAtOnce(lostAtOnce));
            delayNanos = longDelayNanos(lostAtOnce - FIGHT);
        }
        scheduled = loop.schedule(
                () -> {
                    scheduled = null;
                    due = attempts;
                    attempt.run();
                },
                delayNanos);
        events.accept(new ClientEvent.ReconnectScheduled(attempts, Duration.ofNanos(delayNanos), cause));
    }

    private long delayNanos() {
        double bound = (double) policy.firstDelay().toNanos() * Math.pow(2, attempts - 1);
        return (long) (Math.min(bound, longestNanos()) * random.getAsDouble());
    }

    /** Returns how long to wait while connections are lost at once: at least a sixteenth of the longest delay, and twice that each time. */
    private long longDelayNanos(int time) {
        double atMost = Math.min(longestNanos() / 8 * Math.pow(2, time), longestNanos());
        return (long) (atMost / 2 + atMost / 2 * random.getAsDouble());
    }

    private double longestNanos() {
        return policy.longestDelay().toNanos();
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
