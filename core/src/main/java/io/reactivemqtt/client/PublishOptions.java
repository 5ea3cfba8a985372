package io.reactivemqtt.client;

import io.reactivemqtt.exception.NotSentException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one message is published, where that differs from the others. Immutable.
 *
 * <p>The options hold while this process has the message. They are not in the session store: a message that a later process finds
 * there waits as long as its Message Expiry Interval allows, and the client's own policies hold for it.
 */
public final class PublishOptions {

    /** What holds without options: a message waits as long as it has to, and the client's policies hold. */
    public static final PublishOptions DEFAULT = builder().build();

    private final @Nullable Duration sendWithin;
    private final IfOffline ifOffline;
    private final @Nullable SessionLossPolicy onSessionLoss;
    private final @Nullable String latestOf;

    private PublishOptions(Builder values) {
        this.sendWithin = values.sendWithin;
        this.ifOffline = values.ifOffline;
        this.onSessionLoss = values.onSessionLoss;
        this.latestOf = values.latestOf;
    }

    /** Returns the options that {@code options} makes. */
    public static PublishOptions of(Consumer<? super Builder> options) {
        Objects.requireNonNull(options, "options");
        Builder builder = builder();
        options.accept(builder);
        return builder.build();
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        return new Builder(this);
    }

    /** Returns how long the message may wait to be sent, or null if there is no bound. */
    public @Nullable Duration sendWithin() {
        return sendWithin;
    }

    /** Returns what becomes of the message if there is no connection when it is published. */
    public IfOffline ifOffline() {
        return ifOffline;
    }

    /** Returns what becomes of the message if the Server loses the Session, or null if the client's policy says so. */
    public @Nullable SessionLossPolicy onSessionLoss() {
        return onSessionLoss;
    }

    /** Returns the key of which only the newest message waits, or null if the message has none. */
    public @Nullable String latestOf() {
        return latestOf;
    }

    @Override
    public String toString() {
        return "PublishOptions[sendWithin=" + sendWithin + ", ifOffline=" + ifOffline + ", onSessionLoss="
                + onSessionLoss + ", latestOf=" + latestOf + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private @Nullable Duration sendWithin;
        private IfOffline ifOffline = IfOffline.WAIT;
        private @Nullable SessionLossPolicy onSessionLoss;
        private @Nullable String latestOf;

        private Builder() {}

        private Builder(PublishOptions other) {
            this.sendWithin = other.sendWithin;
            this.ifOffline = other.ifOffline;
            this.onSessionLoss = other.onSessionLoss;
            this.latestOf = other.latestOf;
        }

        /**
         * Sets how long the message may wait to be sent: for a connection, for room in the Server's Receive Maximum, for the session
         * store to open. If it is not sent by then it is withdrawn, and fails with {@link NotSentException}. The time says nothing
         * about the acknowledgement: once the message was sent, it no longer matters. By default there is no bound.
         *
         * @param time positive, at most 365 days
         * @throws IllegalArgumentException if it is not
         */
        public Builder sendWithin(Duration time) {
            this.sendWithin = OptionChecks.positive(
                    Objects.requireNonNull(time, "time"), "the time within which a message is sent");
            return this;
        }

        /**
         * Sets what becomes of the message if there is no connection when it is published; default {@link IfOffline#WAIT}. A message
         * that was accepted while there was one waits in any case; {@link #sendWithin} bounds that.
         */
        public Builder ifOffline(IfOffline policy) {
            this.ifOffline = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets what becomes of the message if it was sent at QoS 1 or 2, and the Server loses the Session before it has acknowledged
         * it; by default the {@linkplain SessionOptions.Builder#sessionLossPolicy policy of the client} holds.
         */
        public Builder onSessionLoss(SessionLossPolicy policy) {
            this.onSessionLoss = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Keeps only the newest of the messages with this key while they wait, such as the readings of one gauge: if an older one has
         * not been sent yet, it is withdrawn, and its result says {@link PublishOutcome#DROPPED}. The new message waits at its own
         * place, behind what was published before it. A message that was sent is never withdrawn. By default nothing is replaced.
         *
         * @param key any text, for example the Topic Name
         */
        public Builder latestOf(String key) {
            this.latestOf = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Returns the options. */
        public PublishOptions build() {
            return new PublishOptions(this);
        }
    }
}
