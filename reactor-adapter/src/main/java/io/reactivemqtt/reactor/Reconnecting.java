package io.reactivemqtt.reactor;

import io.reactivemqtt.MqttException;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.reactor.transport.Loop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Counts the attempts to make a lost connection anew, and times them. Loop only. */
final class Reconnecting {

    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So many connections in a row that are lost at once look like a fight. */
    private static final int FIGHT = 3;

    private final ReconnectPolicy policy;
    private final Loop loop;
    private final DoubleSupplier random;
    private int attempts;
    private int lostAtOnce;
    private long connectedNanos;
    private boolean wasConnected;
    private @Nullable Disposable scheduled;

    /** Takes {@code random} numbers from 0 to below 1. */
    Reconnecting(ReconnectPolicy policy, Loop loop, DoubleSupplier random) {
        this.policy = policy;
        this.loop = loop;
        this.random = random;
    }

    void connected(long nowNanos) {
        wasConnected = true;
        connectedNanos = nowNanos;
    }

    boolean worthTrying(MqttException cause) {
        return policy.worthTrying(cause);
    }

    void schedule(MqttException cause, long nowNanos, Runnable attempt, Consumer<SessionEvent> events) {
        if (wasConnected && nowNanos - connectedNanos >= policy.resetAfter().toNanos()) {
            attempts = 0;
        }
        boolean fights = isLostAtOnceAgain(nowNanos);
        wasConnected = false;
        attempts++;
        long delayNanos = policy.delayNanos(attempts, random.getAsDouble());
        if (fights) {
            events.accept(new SessionEvent.ConnectionsLostAtOnce(lostAtOnce));
            delayNanos = policy.longDelayNanos(lostAtOnce - FIGHT, random.getAsDouble());
        }
        scheduled = loop.schedule(
                () -> {
                    scheduled = null;
                    attempt.run();
                },
                delayNanos);
        events.accept(new SessionEvent.ReconnectScheduled(attempts, Duration.ofNanos(delayNanos), cause));
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
