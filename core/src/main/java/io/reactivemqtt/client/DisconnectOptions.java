package io.reactivemqtt.client;

import io.reactivemqtt.check.Seconds;
import io.reactivemqtt.check.Utf8;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a client leaves: for how long it waits, and what DISCONNECT says (MQTT 5.0 §3.14). Immutable. What DISCONNECT says reaches a Server
 * that there is a connection to.
 */
public final class DisconnectOptions {

    private final @Nullable Duration drainFor;
    private final boolean withWill;
    private final @Nullable Duration sessionExpiryInterval;
    private final @Nullable String reasonString;

    private DisconnectOptions(Builder values) {
        this.drainFor = values.drainFor;
        this.withWill = values.withWill;
        this.sessionExpiryInterval = values.sessionExpiryInterval;
        this.reasonString = values.reasonString;
    }

    /** Returns the options that {@code options} makes. */
    public static DisconnectOptions of(Consumer<? super Builder> options) {
        Objects.requireNonNull(options, "options");
        Builder builder = builder();
        options.accept(builder);
        return builder.build();
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns how long it waits at most, or null: as long as {@link ClientOptions#disconnectTimeout} says. */
    public @Nullable Duration drainFor() {
        return drainFor;
    }

    /** Returns whether the Server publishes the Will. */
    public boolean withWill() {
        return withWill;
    }

    /** Returns how long the Server keeps the Session from now on, or null: as CONNECT said. */
    public @Nullable Duration sessionExpiryInterval() {
        return sessionExpiryInterval;
    }

    /** Returns why, in words for the log of the Server; or null. */
    public @Nullable String reasonString() {
        return reasonString;
    }

    @Override
    public String toString() {
        return "DisconnectOptions[drainFor=" + drainFor + ", withWill=" + withWill + ", sessionExpiryInterval="
                + sessionExpiryInterval + ", reasonString=" + reasonString + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private @Nullable Duration drainFor;
        private boolean withWill;
        private @Nullable Duration sessionExpiryInterval;
        private @Nullable String reasonString;

        private Builder() {}

        /**
         * Sets how long the client waits for running handlers, their acknowledgements and the messages in flight at most; default {@link
         * ClientOptions.Builder#disconnectTimeout}.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder drainFor(Duration time) {
            Objects.requireNonNull(time, "time");
            if (time.isNegative()) {
                throw new IllegalArgumentException("the time to drain is not negative: " + time);
            }
            this.drainFor = time;
            return this;
        }

        /** Has the Server publish the Will, although the client leaves by itself (0x04); not in MQTT 3.1.1. */
        public Builder withWill() {
            this.withWill = true;
            return this;
        }

        /**
         * Sets how long the Server keeps the Session from now on, instead of what CONNECT said (MQTT 5.0 §3.14.2.2.2); not in MQTT 3.1.1.
         *
         * @param interval whole seconds up to 4,294,967,294, or {@link SessionOptions#NEVER}; zero ends the Session, and is the only one
         *     where CONNECT said so too
         * @throws IllegalArgumentException if it is negative, longer, or not a whole number of seconds
         */
        public Builder sessionExpiryInterval(Duration interval) {
            Objects.requireNonNull(interval, "interval");
            this.sessionExpiryInterval = Seconds.require(interval, 0xFFFF_FFFFL, "the Session Expiry Interval");
            return this;
        }

        /**
         * Says why, in words for the log of the Server; not in MQTT 3.1.1. Where the packet would be larger than the Server takes, they
         * are left out.
         *
         * @throws IllegalArgumentException if it is no UTF-8 Encoded String
         */
        public Builder reasonString(String words) {
            this.reasonString = Utf8.require(Objects.requireNonNull(words, "words"), "the Reason String");
            return this;
        }

        /** Returns the options. */
        public DisconnectOptions build() {
            return new DisconnectOptions(this);
        }
    }
}
