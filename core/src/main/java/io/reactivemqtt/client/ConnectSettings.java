package io.reactivemqtt.client;

import io.reactivemqtt.Payload;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.check.Seconds;
import io.reactivemqtt.check.Utf8;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contents of CONNECT that do not concern the Session (MQTT 5.0 §3.1): credentials, Will, Keep Alive, User Properties.
 *
 * <p>Immutable. {@link #toString} contains no secrets.
 */
public final class ConnectSettings {

    /** No credentials, no Will, a Keep Alive of 60 s. */
    public static final ConnectSettings DEFAULT = builder().build();

    private final Builder values;

    private ConnectSettings(Builder builder) {
        this.values = new Builder(builder); // which nobody changes any more
    }

    /** Starts settings with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts settings with the values of these. */
    public Builder mutate() {
        return new Builder(values);
    }

    /** Returns the longest silence of this client; zero: no limit. */
    public Duration keepAlive() {
        return values.keepAlive;
    }

    /** Returns the User Name, or null. */
    public @Nullable String userName() {
        return values.userName;
    }

    /** Returns the Password, or null. */
    public @Nullable Payload password() {
        return values.password;
    }

    /** Returns the Will, or null. */
    public @Nullable Will will() {
        return values.will;
    }

    /** Returns the User Properties of CONNECT. */
    public UserProperties userProperties() {
        return values.userProperties;
    }

    /** Returns whether the Server may add Reason Strings and User Properties to any packet. */
    public boolean requestProblemInformation() {
        return values.requestProblemInformation;
    }

    /** Returns whether the Server is asked for Response Information. */
    public boolean requestResponseInformation() {
        return values.requestResponseInformation;
    }

    @Override
    public String toString() {
        return "ConnectSettings[keepAlive=" + values.keepAlive + ", userName=" + presence(values.userName)
                + ", password=" + presence(values.password) + ", will=" + presence(values.will) + "]";
    }

    static Payload requirePassword(Payload password) {
        if (Objects.requireNonNull(password, "password").size() > 65_535) {
            throw new IllegalArgumentException("the Password is longer than 65,535 bytes");
        }
        return password;
    }

    private static String presence(@Nullable Object value) {
        return value == null ? "none" : "present";
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

        private Duration keepAlive = KEEP_ALIVE;
        private @Nullable String userName;
        private @Nullable Payload password;
        private @Nullable Will will;
        private UserProperties userProperties = UserProperties.EMPTY;
        private boolean requestProblemInformation = true;
        private boolean requestResponseInformation;

        private Builder() {}

        private Builder(Builder other) {
            this.keepAlive = other.keepAlive;
            this.userName = other.userName;
            this.password = other.password;
            this.will = other.will;
            this.userProperties = other.userProperties;
            this.requestProblemInformation = other.requestProblemInformation;
            this.requestResponseInformation = other.requestResponseInformation;
        }

        /**
         * Sets the longest silence of this client, after which it sends PINGREQ; default 60 s.
         *
         * @param interval whole seconds, at most 65,535; zero: no limit
         * @throws IllegalArgumentException if it is not
         */
        public Builder keepAlive(Duration interval) {
            Objects.requireNonNull(interval, "interval");
            this.keepAlive = Seconds.require(interval, 65_535, "the Keep Alive");
            return this;
        }

        /**
         * Sets the User Name.
         *
         * @throws IllegalArgumentException if it is no UTF-8 Encoded String
         */
        public Builder userName(String name) {
            Objects.requireNonNull(name, "name");
            this.userName = Utf8.require(name, "the User Name");
            return this;
        }

        /**
         * Sets the Password; MQTT 3.1.1 has none without a User Name.
         *
         * @throws IllegalArgumentException if it is longer than 65,535 bytes
         */
        public Builder password(Payload secret) {
            this.password = requirePassword(Objects.requireNonNull(secret, "secret"));
            return this;
        }

        /** Sets the Password to {@code secret} in UTF-8. */
        public Builder password(String secret) {
            Objects.requireNonNull(secret, "secret");
            return password(Payload.utf8(secret));
        }

        /** Sets User Name and Password to those of {@code both}, and no User Name if that has none. */
        public Builder credentials(Credentials both) {
            Objects.requireNonNull(both, "both");
            this.userName = both.userName();
            this.password = both.password();
            return this;
        }

        Builder noCredentials() {
            this.userName = null;
            this.password = null;
            return this;
        }

        /** Sets what the Server publishes if the connection ends without a DISCONNECT. */
        public Builder will(Will message) {
            this.will = Objects.requireNonNull(message, "message");
            return this;
        }

        /** Sets the User Properties of CONNECT; not in MQTT 3.1.1. */
        public Builder userProperties(UserProperties properties) {
            this.userProperties = Objects.requireNonNull(properties, "properties");
            return this;
        }

        /** Sets whether the Server may add Reason Strings and User Properties to any packet; default true. */
        public Builder requestProblemInformation(boolean request) {
            this.requestProblemInformation = request;
            return this;
        }

        /** Sets whether the Server is asked for Response Information; default false. */
        public Builder requestResponseInformation(boolean request) {
            this.requestResponseInformation = request;
            return this;
        }

        /** Returns the settings. */
        public ConnectSettings build() {
            return new ConnectSettings(this);
        }
    }
}
