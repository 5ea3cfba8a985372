package io.reactivemqtt.reactor;

import io.reactivemqtt.ClientFailedException;
import io.reactivemqtt.ConnectionLostException;
import io.reactivemqtt.ConnectionRefusedException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionTakenOverException;
import io.reactivemqtt.SessionUnknownException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * When a lost connection is made anew: after a random time between zero and a bound that doubles with each attempt ("full
 * jitter"), so that many clients do not come back at once.
 *
 * @param firstDelay the bound of the first attempt
 * @param longestDelay the bound never grows beyond this
 * @param resetAfter a connection that lasted this long starts the bound anew
 * @param enabled whether there are attempts at all
 */
public record ReconnectPolicy(Duration firstDelay, Duration longestDelay, Duration resetAfter, boolean enabled) {

    /** From 0.5 s to 2 min, anew after 60 s. */
    public static final ReconnectPolicy DEFAULT =
            new ReconnectPolicy(Duration.ofMillis(500), Duration.ofMinutes(2), Duration.ofSeconds(60), true);

    /** A lost connection stays lost until {@code connect()} is called again. */
    public static final ReconnectPolicy NONE =
            new ReconnectPolicy(DEFAULT.firstDelay, DEFAULT.longestDelay, DEFAULT.resetAfter, false);

    /** What does not get better by trying again, when a CONNACK or DISCONNECT says it. */
    private static final Set<ReasonCode> FINAL = EnumSet.of(
            ReasonCode.SESSION_TAKEN_OVER,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.BANNED,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            ReasonCode.BAD_AUTHENTICATION_METHOD,
            ReasonCode.SERVER_MOVED);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a delay is not longer than zero, or the first is longer than the longest
     */
    public ReconnectPolicy {
        Objects.requireNonNull(firstDelay, "firstDelay");
        Objects.requireNonNull(longestDelay, "longestDelay");
        Objects.requireNonNull(resetAfter, "resetAfter");
        if (firstDelay.isZero() || firstDelay.isNegative() || longestDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "the delays are longer than zero, the first at most as long as the longest: " + firstDelay + ", "
                            + longestDelay);
        }
    }

    /** Returns this policy with other bounds. */
    public ReconnectPolicy withDelays(Duration first, Duration longest) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        return new ReconnectPolicy(first, longest, resetAfter, enabled);
    }

    boolean worthTrying(MqttException cause) {
        return enabled
                && !(cause instanceof SessionUnknownException)
                && !(cause instanceof SessionTakenOverException)
                && !(cause instanceof ClientFailedException)
                && !isFinalWordOfServer(cause);
    }

    /** Only what a CONNACK or DISCONNECT said is: a code that this client gives for a Server's mistake says nothing of the next. */
    private static boolean isFinalWordOfServer(MqttException cause) {
        ReasonCode reasonCode = cause.reasonCode();
        return (cause instanceof ConnectionRefusedException || cause instanceof ConnectionLostException)
                && reasonCode != null
                && FINAL.contains(reasonCode);
    }

    /**
     * Returns how long to wait.
     *
     * @param attempt counts from 1
     * @param random at least 0, less than 1
     */
    long delayNanos(int attempt, double random) {
        double bound = (double) firstDelay.toNanos() * Math.pow(2, attempt - 1);
        return (long) (Math.min(bound, (double) longestDelay.toNanos()) * random);
    }

    /** Returns how long to wait while connections are lost at once: at least a sixteenth of the longest delay, and twice that each time. */
    long longDelayNanos(int time, double random) {
        double bound = (double) longestDelay.toNanos() / 8 * Math.pow(2, time);
        double atMost = Math.min(bound, (double) longestDelay.toNanos());
        return (long) (atMost / 2 + atMost / 2 * random);
    }
}
