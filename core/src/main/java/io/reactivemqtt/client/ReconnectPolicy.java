package io.reactivemqtt.client;

import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When a lost connection is re-established: by default after a random time between zero and a bound that doubles with each attempt
 * ("full jitter"), so that many clients do not come back at once. Immutable.
 *
 * <p>A Server that says it is too busy (Server busy, Quota exceeded, Connection rate exceeded, Message rate too high), and
 * connections that are lost at once three times in a row, are given more time: from a sixteenth to an eighth of the longest wait,
 * and twice that each time.
 */
public final class ReconnectPolicy {

    private static final Backoff BACKOFF = Backoff.exponential(Duration.ofMillis(500), Duration.ofMinutes(2));
    private static final Duration RESET_AFTER = Duration.ofSeconds(60);
    private static final Predicate<MqttException> RETRYABLE = MqttException::isRetryable;

    /** From 0.5 s to 2 min with full jitter, without end; anew after a connection that has lasted 60 s. */
    public static final ReconnectPolicy DEFAULT = builder().build();

    /** A lost connection stays lost until {@code connect()} is called again. */
    public static final ReconnectPolicy NONE = builder().maxAttempts(0).build();

    private final Backoff backoff;
    private final double jitter;
    private final Duration resetAfter;
    private final int maxAttempts;
    private final @Nullable Duration maxElapsed;
    private final Predicate<? super MqttException> retryOn;
    private final boolean retriesFirst;
    private final int maxRedirects;
    private final Predicate<? super URI> trusted;

    private ReconnectPolicy(Builder values) {
        this.backoff = values.backoff;
        this.jitter = values.jitter;
        this.resetAfter = values.resetAfter;
        this.maxAttempts = values.maxAttempts;
        this.maxElapsed = values.maxElapsed;
        this.retryOn = values.retryOn;
        this.retriesFirst = values.retriesFirst;
        this.maxRedirects = values.maxRedirects;
        this.trusted = values.trusted;
    }

    /** Starts a policy with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a policy with the values of this one. */
    public Builder mutate() {
        return new Builder(this);
    }

    /** Returns the bounds of the waits. */
    public Backoff backoff() {
        return backoff;
    }

    /** Returns which part of a wait is random, 0 to 1. */
    public double jitter() {
        return jitter;
    }

    /** Returns how long a connection has to last so that the next attempt counts as the first. */
    public Duration resetAfter() {
        return resetAfter;
    }

    /** Returns how many attempts in a row there are at most. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** Returns for how long attempts are begun after a connection was lost, or null: without end. */
    public @Nullable Duration maxElapsed() {
        return maxElapsed;
    }

    /** Returns after which failures there is another attempt. */
    public Predicate<? super MqttException> retryOn() {
        return retryOn;
    }

    /** Returns whether {@code connect()} goes on where its first attempt fails. */
    public boolean isFirstRetried() {
        return retriesFirst;
    }

    /** Returns how many redirects in a row are followed. */
    public int maxRedirects() {
        return maxRedirects;
    }

    /** Returns which Servers that another one has named get the credentials. */
    public Predicate<? super URI> trusted() {
        return trusted;
    }

    @Override
    public String toString() {
        return maxAttempts == 0
                ? "ReconnectPolicy[none]"
                : "ReconnectPolicy[" + backoff
                        + (maxAttempts == Integer.MAX_VALUE ? "" : ", at most " + maxAttempts + " attempts")
                        + (maxElapsed == null ? "" : ", at most " + maxElapsed) + "]";
    }

    /** Collects the policy. Not thread-safe. */
    public static final class Builder {
        private Backoff backoff = BACKOFF;
        private double jitter = 1;
        private Duration resetAfter = RESET_AFTER;
        private int maxAttempts = Integer.MAX_VALUE;
        private @Nullable Duration maxElapsed;
        private Predicate<? super MqttException> retryOn = RETRYABLE;
        private boolean retriesFirst;
        private int maxRedirects;
        private Predicate<? super URI> trusted = server -> false;

        private Builder() {}

        private Builder(ReconnectPolicy other) {
            this.backoff = other.backoff;
            this.jitter = other.jitter;
            this.resetAfter = other.resetAfter;
            this.maxAttempts = other.maxAttempts;
            this.maxElapsed = other.maxElapsed;
            this.retryOn = other.retryOn;
            this.retriesFirst = other.retriesFirst;
            this.maxRedirects = other.maxRedirects;
            this.trusted = other.trusted;
        }

        /**
         * Sets bounds that double with each attempt; default 0.5 s to 2 min.
         *
         * @throws IllegalArgumentException if one is not positive, or the first is longer than the longest
         */
        public Builder backoff(Duration first, Duration longest) {
            return backoff(Backoff.exponential(first, longest));
        }

        /** Sets the bounds of the waits. */
        public Builder backoff(Backoff bounds) {
            this.backoff = Objects.requireNonNull(bounds, "bounds");
            return this;
        }

        /**
         * Sets which part of a wait is random; default 1: from zero to the bound. With 0 each wait is as long as its bound.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder jitter(double part) {
            if (!(part >= 0 && part <= 1)) {
                throw new IllegalArgumentException("the random part of a wait is 0 to 1, not " + part);
            }
            this.jitter = part;
            return this;
        }

        /** Sets how long a connection has to last so that the next attempt counts as the first; default 60 s. */
        public Builder resetAfter(Duration time) {
            Objects.requireNonNull(time, "time");
            this.resetAfter =
                    time.isZero() ? time : OptionChecks.positive(time, "the time after which attempts are reset");
            return this;
        }

        /**
         * Sets how many attempts in a row there are at most; default: no limit. After the last the client stops with {@link
         * ClientEvent.ReconnectStopped}.
         *
         * @param count 0: none
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxAttempts(int count) {
            this.maxAttempts = (int) OptionChecks.range(count, 0, Integer.MAX_VALUE, "the number of attempts");
            return this;
        }

        /** Sets for how long attempts are begun after a connection was lost; default: without end. */
        public Builder maxElapsed(Duration time) {
            this.maxElapsed = OptionChecks.positive(Objects.requireNonNull(time, "time"), "the time for all attempts");
            return this;
        }

        /**
         * Sets after which failures there is another attempt; default {@link MqttException#isRetryable}. Called on the client's
         * event loop; what it throws counts as false.
         */
        public Builder retryOn(Predicate<? super MqttException> failures) {
            this.retryOn = Objects.requireNonNull(failures, "failures");
            return this;
        }

        /**
         * Sets whether {@code connect()} goes on where its first attempt fails, or the session store cannot be opened for it, as this
         * policy says; default false: it fails with that failure.
         */
        public Builder retryFirst(boolean retry) {
            this.retriesFirst = retry;
            return this;
        }

        /**
         * Sets how many times in a row the client goes to the Server that another one names ({@code USE_ANOTHER_SERVER}, {@code
         * SERVER_MOVED}; MQTT 5.0 §4.11); default 0: never. It keeps the scheme, and the path of a WebSocket. Where that Server cannot be
         * reached, the next attempt begins with the options' Servers again.
         *
         * @param count 0 to 3
         * @throws IllegalArgumentException if it is not
         */
        public Builder maxRedirects(int count) {
            this.maxRedirects = (int) OptionChecks.range(count, 0, 3, "the number of redirects");
            return this;
        }

        /**
         * Sets which Servers get the credentials that another one has named, other than those whose host is in the options; default:
         * none, they get a CONNECT without User Name, Password and enhanced authentication.
         */
        public Builder trustRedirectsTo(Predicate<? super URI> servers) {
            this.trusted = Objects.requireNonNull(servers, "servers");
            return this;
        }

        /** Returns the policy. */
        public ReconnectPolicy build() {
            return new ReconnectPolicy(this);
        }
    }
}
