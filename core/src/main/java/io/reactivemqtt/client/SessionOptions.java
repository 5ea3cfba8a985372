package io.reactivemqtt.client;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.check.Seconds;
import io.reactivemqtt.check.Utf8;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The Session: Client Identifier, lifetime, limits, and policies for messages whose outcome is unknown.
 *
 * <p>Immutable; made by a {@link Builder}, which refuses what the chosen version of MQTT cannot express.
 */
public final class SessionOptions {

    /** The Session Expiry Interval of a Session that never expires (0xFFFFFFFF seconds on the wire). */
    public static final Duration NEVER = Duration.ofSeconds(0xFFFF_FFFFL);

    private final Builder values;

    /** Takes {@code values}, which nobody changes any more. */
    SessionOptions(Builder values) {
        this.values = values;
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts options with the values of these, a random Client Identifier too. */
    public Builder mutate() {
        return new Builder(values);
    }

    /** Returns the version of MQTT. */
    public ProtocolVersion protocolVersion() {
        return values.protocolVersion;
    }

    /**
     * Returns these options in MQTT 3.1.1, which is spoken with a Server that has no 5.0; null: never.
     */
    public @Nullable SessionOptions fallback() {
        if (!values.fallsBack) {
            return null;
        }
        Builder fallen = new Builder(values).protocolVersion(ProtocolVersion.MQTT_3_1_1);
        fallen.fallsBack = false;
        return new SessionOptions(fallen.cleanSession(values.cleanStart));
    }

    /** Returns the Client Identifier; empty: the Server assigns one. */
    public String clientIdentifier() {
        return values.clientIdentifier;
    }

    /** Returns whether the Client Identifier is random, so that no later process knows it. */
    public boolean clientIdentifierIsRandom() {
        return values.clientIdentifierIsRandom;
    }

    /** Returns whether connecting discards an earlier Session. */
    public boolean cleanStart() {
        return values.cleanStart;
    }

    /** Returns how long the Session outlives its connection. */
    public Duration sessionExpiryInterval() {
        return values.sessionExpiryInterval;
    }

    /** Returns how many QoS 1 and 2 messages may arrive without being acknowledged. */
    public int receiveMaximum() {
        return values.receiveMaximum;
    }

    /** Returns whether one message beyond the Receive Maximum already ends the connection. */
    public boolean strictReceiveMaximum() {
        return values.strictReceiveMaximum;
    }

    /** Returns how many QoS 1 and 2 messages may be sent without being acknowledged, even if the Server allows more. */
    public int sendMaximum() {
        if (values.sendMaximum != null) {
            return values.sendMaximum;
        }
        return values.protocolVersion == ProtocolVersion.MQTT_3_1_1 ? 20 : 65_535;
    }

    /** Returns the Maximum Packet Size for incoming packets, in bytes. */
    public int maximumPacketSize() {
        if (values.maximumPacketSize != null) {
            return values.maximumPacketSize;
        }
        return (values.protocolVersion == ProtocolVersion.MQTT_3_1_1 ? 16 : 1) * 1024 * 1024;
    }

    /**
     * Returns how many User Properties an incoming message may have; {@link Integer#MAX_VALUE}: no limit but that of the packet.
     */
    public int maximumUserProperties() {
        return values.maximumUserProperties;
    }

    /** Returns how many bytes the User Properties of an incoming message may have together. */
    public int maximumUserPropertyBytes() {
        return values.maximumUserPropertyBytes;
    }

    /** Returns the highest Topic Alias that the Server may use. */
    public int topicAliasMaximum() {
        return values.topicAliasMaximum;
    }

    /** Returns the highest Topic Alias that the client uses, if the Server allows as many. */
    public int sendTopicAliasMaximum() {
        return values.sendTopicAliasMaximum;
    }

    /** Returns what happens to messages whose outcome is unknown because the Server has lost the Session. */
    public SessionLossPolicy sessionLossPolicy() {
        return values.sessionLossPolicy;
    }

    /** Returns what happens if the Server has a Session of which this client has no state. */
    public UnknownSessionPolicy unknownSession() {
        UnknownSessionPolicy chosen = values.unknownSession;
        if (chosen != null) {
            return chosen;
        }
        return values.protocolVersion == ProtocolVersion.MQTT_3_1_1
                ? UnknownSessionPolicy.CONTINUE
                : UnknownSessionPolicy.FAIL;
    }

    /**
     * Returns what happens to a message that the Server answers by closing the connection; null: a durable one is kept, others
     * fail.
     */
    public @Nullable StuckMessagePolicy stuckMessages() {
        return values.stuckMessages;
    }

    @Override
    public String toString() {
        return "SessionOptions[" + values.protocolVersion + ", clientIdentifier=" + values.clientIdentifier
                + ", cleanStart=" + values.cleanStart + ", sessionExpiryInterval=" + values.sessionExpiryInterval + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

        private ProtocolVersion protocolVersion = ProtocolVersion.MQTT_5_0;
        private boolean fallsBack;
        private String clientIdentifier;
        private boolean clientIdentifierIsRandom;
        private boolean cleanStart = true;
        private Duration sessionExpiryInterval = Duration.ZERO;
        private int receiveMaximum = 256;
        private boolean strictReceiveMaximum;
        private @Nullable Integer sendMaximum;
        private @Nullable Integer maximumPacketSize;
        private int maximumUserProperties = Integer.MAX_VALUE;
        private int maximumUserPropertyBytes = Integer.MAX_VALUE;
        private int topicAliasMaximum;
        private int sendTopicAliasMaximum = 256;
        private SessionLossPolicy sessionLossPolicy = SessionLossPolicy.REPUBLISH;
        private @Nullable UnknownSessionPolicy unknownSession;
        private @Nullable StuckMessagePolicy stuckMessages;

        Builder() {
            this.clientIdentifier = randomClientIdentifier();
            this.clientIdentifierIsRandom = true;
        }

        Builder(Builder other) {
            this.protocolVersion = other.protocolVersion;
            this.fallsBack = other.fallsBack;
            this.clientIdentifier = other.clientIdentifier;
            this.clientIdentifierIsRandom = other.clientIdentifierIsRandom;
            this.cleanStart = other.cleanStart;
            this.sessionExpiryInterval = other.sessionExpiryInterval;
            this.receiveMaximum = other.receiveMaximum;
            this.strictReceiveMaximum = other.strictReceiveMaximum;
            this.sendMaximum = other.sendMaximum;
            this.maximumPacketSize = other.maximumPacketSize;
            this.maximumUserProperties = other.maximumUserProperties;
            this.maximumUserPropertyBytes = other.maximumUserPropertyBytes;
            this.topicAliasMaximum = other.topicAliasMaximum;
            this.sendTopicAliasMaximum = other.sendTopicAliasMaximum;
            this.sessionLossPolicy = other.sessionLossPolicy;
            this.unknownSession = other.unknownSession;
            this.stuckMessages = other.stuckMessages;
        }

        /** Sets the version of MQTT; default {@link ProtocolVersion#MQTT_5_0}. */
        public Builder protocolVersion(ProtocolVersion version) {
            this.protocolVersion = Objects.requireNonNull(version, "version");
            return this;
        }

        /**
         * Speaks MQTT 3.1.1 with a Server that has no 5.0: one that refuses CONNECT for its version, or that closes the connection, or
         * says nothing, where CONNACK was due. The second CONNECT follows in the same attempt, and once it is accepted the client keeps
         * to 3.1.1 with this Server; with another one it begins with 5.0. A Server that has accepted 5.0 is taken for one without it
         * only if it says so.
         *
         * <p>So the options may have nothing that MQTT 3.1.1 cannot express. A message with properties, or a subscription with
         * options of 5.0, fails where 3.1.1 is spoken.
         */
        public Builder fallBackToMqtt311() {
            this.fallsBack = true;
            return this;
        }

        /**
         * Sets the Client Identifier; default 23 random letters and digits.
         *
         * @param identifier empty: the Server assigns one
         * @throws IllegalArgumentException if it is no UTF-8 Encoded String
         */
        public Builder clientIdentifier(String identifier) {
            Objects.requireNonNull(identifier, "identifier");
            this.clientIdentifier = Utf8.require(identifier, "the Client Identifier");
            this.clientIdentifierIsRandom = false;
            return this;
        }

        /**
         * Sets whether connecting discards an earlier Session (MQTT 5.0 §3.1.2.4); default true.
         *
         * <p>It holds for each {@code connect()}; an automatic reconnect always resumes the Session.
         */
        public Builder cleanStart(boolean clean) {
            this.cleanStart = clean;
            return this;
        }

        /**
         * Sets how long the Server keeps the Session State after the connection ends (MQTT 5.0 §3.1.2.11.2).
         *
         * @param interval whole seconds up to 4,294,967,294, or {@link #NEVER}; zero (the default) ends the Session with the
         *     connection; MQTT 3.1.1 has only zero and never, see {@link #cleanSession}
         * @throws IllegalArgumentException if it is negative, longer, or not a whole number of seconds
         */
        public Builder sessionExpiryInterval(Duration interval) {
            Objects.requireNonNull(interval, "interval");
            this.sessionExpiryInterval = Seconds.require(interval, 0xFFFF_FFFFL, "the Session Expiry Interval");
            return this;
        }

        /**
         * Sets both of the above as Clean Session of MQTT 3.1.1 does: true is Clean Start and a Session that ends with the
         * connection, false is no Clean Start and a Session that never expires.
         */
        public Builder cleanSession(boolean clean) {
            this.cleanStart = clean;
            this.sessionExpiryInterval = clean ? Duration.ZERO : NEVER;
            return this;
        }

        /**
         * Sets how many QoS 1 and 2 messages may arrive without being acknowledged; default 256. If a Server sends more, the
         * connection stays open (but see {@link #strictReceiveMaximum}): while twice as many, or 64 MiB, wait for the
         * application, nothing is read from it. The same holds in MQTT 3.1.1, where the Server does not know the limit.
         *
         * @param count 1 to 65,535
         */
        public Builder receiveMaximum(int count) {
            this.receiveMaximum = (int) OptionChecks.range(count, 1, 65_535, "the Receive Maximum");
            return this;
        }

        /**
         * Ends the connection with 0x93 at the first message beyond the Receive Maximum. Without this, an event reports it, and
         * reading pauses while too much waits for the application: a widespread Server exceeds the Receive Maximum under load.
         */
        public Builder strictReceiveMaximum() {
            this.strictReceiveMaximum = true;
            return this;
        }

        /**
         * Sets how many QoS 1 and 2 messages may be sent without being acknowledged, if the Server allows as many; default
         * 65,535, in MQTT 3.1.1 only 20: its Servers cannot announce a limit, and a widespread one closes the connection at 21.
         *
         * @param count 1 to 65,535
         */
        public Builder sendMaximum(int count) {
            this.sendMaximum = (int) OptionChecks.range(count, 1, 65_535, "the send maximum");
            return this;
        }

        /**
         * Sets the Maximum Packet Size for incoming packets, in bytes, from 16; default 1 MiB, in MQTT 3.1.1, where the Server
         * does not know it, 16 MiB. A larger packet closes the connection.
         */
        public Builder maximumPacketSize(int bytes) {
            this.maximumPacketSize = (int) OptionChecks.range(bytes, 16, 268_435_460, "the Maximum Packet Size");
            return this;
        }

        /**
         * Refuses incoming messages with more User Properties than this; default: no limit but the Maximum Packet Size.
         *
         * <p>At QoS 1 and 2 the message is refused with Reason Code 0x97, at QoS 0 it is dropped; an event reports both, and the
         * connection stays open.
         *
         * @param count of one message, from 0
         * @param bytes of all names and values of one message together, from 0
         */
        public Builder maximumUserProperties(int count, int bytes) {
            this.maximumUserProperties =
                    (int) OptionChecks.range(count, 0, Integer.MAX_VALUE, "the number of User Properties");
            this.maximumUserPropertyBytes =
                    (int) OptionChecks.range(bytes, 0, Integer.MAX_VALUE, "the bytes of User Properties");
            return this;
        }

        /** Sets the highest Topic Alias that the Server may use, 0 to 65,535; default 0: none. */
        public Builder topicAliasMaximum(int maximum) {
            this.topicAliasMaximum = (int) OptionChecks.range(maximum, 0, 65_535, "the Topic Alias Maximum");
            return this;
        }

        /**
         * Sets the highest Topic Alias that the client uses where the Server allows Topic Aliases (MQTT 5.0 §3.3.2.3.4); default 256.
         *
         * <p>The Topic Names that are used most get one, so that three bytes stand in their place. It is a matter of the connection alone: a
         * stored message has its name.
         *
         * @param maximum 0 to 65,535; 0: each message has its name
         */
        public Builder sendTopicAliasMaximum(int maximum) {
            this.sendTopicAliasMaximum =
                    (int) OptionChecks.range(maximum, 0, 65_535, "the highest Topic Alias that is used");
            return this;
        }

        /**
         * Sets what happens to messages whose outcome is unknown because the Server has lost the Session; default {@link
         * SessionLossPolicy#REPUBLISH}.
         */
        public Builder sessionLossPolicy(SessionLossPolicy policy) {
            this.sessionLossPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets what happens if the Server resumes a Session of which this client has no state; default {@link
         * UnknownSessionPolicy#FAIL} in MQTT 5.0, as [MQTT-3.2.2-4] requires, and {@link UnknownSessionPolicy#CONTINUE} in MQTT
         * 3.1.1.
         */
        public Builder unknownSession(UnknownSessionPolicy policy) {
            this.unknownSession = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets what happens to a message that the Server answers by closing the connection; default {@link
         * StuckMessagePolicy#KEEP} for a durable one, {@link StuckMessagePolicy#FAIL} for others. An event reports either.
         */
        public Builder stuckMessages(StuckMessagePolicy policy) {
            this.stuckMessages = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if they contradict each other, or the version of MQTT cannot express them
         */
        public SessionOptions build() {
            SessionOptions options = new SessionOptions(new Builder(this));
            OptionChecks.sayable(options);
            return options;
        }

        /** Fits what every Server accepts [MQTT-3.1.3-5]. */
        private static String randomClientIdentifier() {
            StringBuilder identifier = new StringBuilder(23);
            for (int i = 0; i < 23; i++) {
                identifier.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
            }
            return identifier.toString();
        }
    }
}
