package io.reactivemqtt.client;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.check.Seconds;
import io.reactivemqtt.check.Utf8;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.SessionUnknownException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a client tells the Server when it connects, and how its Session behaves.
 *
 * <p>Immutable; made by a {@link Builder}, which refuses what the chosen version of MQTT cannot say. {@link #toString} leaves
 * out secrets.
 */
public final class ConnectOptions {

    /** The Session Expiry Interval of a Session that never expires (0xFFFFFFFF seconds on the wire). */
    public static final Duration NEVER = Duration.ofSeconds(0xFFFF_FFFFL);

    private final Builder<?> values;

    private ConnectOptions(Builder<?> values) {
        this.values = values;
    }

    /** Returns options that say nothing but what every client says, for {@code clientIdentifier}. */
    public static ConnectOptions of(String clientIdentifier) {
        Objects.requireNonNull(clientIdentifier, "clientIdentifier");
        return builder().clientIdentifier(clientIdentifier).buildConnectOptions();
    }

    /** Starts options with their defaults. */
    public static PlainBuilder builder() {
        return new PlainBuilder();
    }

    /** Returns which version of MQTT is spoken. */
    public ProtocolVersion protocolVersion() {
        return values.protocolVersion;
    }

    /** Returns the name of the Session at the Server; empty: the Server makes one up. */
    public String clientIdentifier() {
        return values.clientIdentifier;
    }

    /** Returns whether connecting throws an earlier Session away. */
    public boolean cleanStart() {
        return values.cleanStart;
    }

    /** Returns how long the Session outlives its connection. */
    public Duration sessionExpiryInterval() {
        return values.sessionExpiryInterval;
    }

    /** Returns the longest silence of this client; zero: no limit. */
    public Duration keepAlive() {
        return values.keepAlive;
    }

    /** Returns the URI of the Server, as far as messages are to name it; null: they do not. */
    @Nullable
    public String server() {
        return values.address;
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

    /** Returns how many QoS 1 and 2 messages may arrive without being acknowledged. */
    public int receiveMaximum() {
        return values.receiveMaximum;
    }

    /** Returns how many QoS 1 and 2 messages may be sent without being acknowledged, whatever more the Server takes. */
    public int sendMaximum() {
        if (values.sendMaximum != null) {
            return values.sendMaximum;
        }
        return values.protocolVersion == ProtocolVersion.MQTT_3_1_1 ? 20 : 65_535;
    }

    /** Returns whether one message beyond the Receive Maximum already ends the connection. */
    public boolean strictReceiveMaximum() {
        return values.strictReceiveMaximum;
    }

    /** Returns the size of the largest packet taken, in bytes. */
    public int maximumPacketSize() {
        if (values.maximumPacketSize != null) {
            return values.maximumPacketSize;
        }
        return (values.protocolVersion == ProtocolVersion.MQTT_3_1_1 ? 16 : 1) * 1024 * 1024;
    }

    /** Returns how many User Properties an incoming message may have; {@link Integer#MAX_VALUE}: as many as its packet holds. */
    public int maximumUserProperties() {
        return values.maximumUserProperties;
    }

    /** Returns how many bytes the User Properties of an incoming message may have together. */
    public int maximumUserPropertyBytes() {
        return values.maximumUserPropertyBytes;
    }

    /** Returns the highest Topic Alias taken. */
    public int topicAliasMaximum() {
        return values.topicAliasMaximum;
    }

    /** Returns whether the Server may add Reason Strings and User Properties to any packet. */
    public boolean requestProblemInformation() {
        return values.requestProblemInformation;
    }

    /** Returns whether the Server is asked for Response Information. */
    public boolean requestResponseInformation() {
        return values.requestResponseInformation;
    }

    /** Returns the User Properties of CONNECT. */
    public UserProperties userProperties() {
        return values.userProperties;
    }

    /** Returns how many messages may wait to be sent. */
    public int maximumQueuedMessages() {
        return values.maximumQueuedMessages;
    }

    /** Returns how many bytes of payload and Topic Name may wait to be sent. */
    public long maximumQueuedBytes() {
        return values.maximumQueuedBytes;
    }

    /** Returns what happens to a message for which the queue has no room. */
    public QueueFullPolicy queueFullPolicy() {
        return values.queueFullPolicy;
    }

    /** Returns what becomes of messages whose outcome the Server has forgotten. */
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

    /** Returns what becomes of a message that the Server answers by closing; null: what is durable is kept, what is not fails. */
    public @Nullable StuckMessagePolicy stuckMessages() {
        return values.stuckMessages;
    }

    /** Returns how long the Server may take to answer CONNECT. */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /** Returns how long a disconnect waits for messages on their way. */
    public Duration disconnectTimeout() {
        return values.disconnectTimeout;
    }

    @Override
    public String toString() {
        return "ConnectOptions[" + values.protocolVersion + ", clientIdentifier=" + values.clientIdentifier
                + ", cleanStart=" + values.cleanStart + ", sessionExpiryInterval=" + values.sessionExpiryInterval
                + ", keepAlive=" + values.keepAlive + ", userName=" + (values.userName == null ? "none" : "present")
                + ", password=" + (values.password == null ? "none" : "present") + ", will="
                + (values.will == null ? "none" : "present") + "]";
    }

    /** What happens to a message for which the queue has no room. */
    public enum QueueFullPolicy {
        /**
         * The new message fails with {@link QueueFullException}. A stream of messages is not asked for more until there is room, so
         * that none of it fails.
         */
        FAIL,
        /** The message that waits longest fails with {@link QueueFullException} and makes room. */
        DROP_OLDEST
    }

    /** What becomes of a QoS 1 or 2 message that was sent but not acknowledged when the Server lost the Session. */
    public enum SessionLossPolicy {
        /** It is sent again as a new message; the receiver may get it twice, and the result says so. */
        REPUBLISH,
        /** It fails with {@link OutcomeUnknownException}. */
        FAIL,
        /** It is forgotten; who waits for it gets an empty completion. */
        DROP
    }

    /**
     * What becomes of a QoS 1 or 2 message that the Server answers by closing the connection, as too large, say. It is known by being
     * first in flight on three connections in a row that end within a second.
     */
    public enum StuckMessagePolicy {
        /** It fails with {@link OutcomeUnknownException}. */
        FAIL,
        /**
         * It stays in the Session and stands aside; it is tried again on a connection that is made ten minutes later or after that, or by
         * the next process, unless it is withdrawn.
         */
        KEEP
    }

    /** What happens if the Server goes on with a Session of which this client has no state: an earlier process kept none. */
    public enum UnknownSessionPolicy {
        /**
         * The client goes on with it too. Messages come for its subscriptions, and wait for their subscribers. What the earlier process
         * had sent and not finished is not known here, so a QoS 2 message may be taken for one of those: use a store where that matters.
         */
        CONTINUE,
        /** The connection is closed, and one with Clean Start 1 follows at once. Not in MQTT 3.1.1, whose Clean Session says more. */
        BEGIN_NEW,
        /** The connection is closed, and connecting fails with {@link SessionUnknownException} [MQTT-3.2.2-4]. */
        FAIL
    }

    /** A builder that makes nothing but {@link ConnectOptions}. */
    public static final class PlainBuilder extends Builder<PlainBuilder> {
        private PlainBuilder() {}

        @Override
        protected PlainBuilder self() {
            return this;
        }

        /** Returns the options. */
        public ConnectOptions build() {
            return buildConnectOptions();
        }
    }

    /**
     * Collects the options. Not thread-safe.
     *
     * @param <B> the type that the methods return, so that adapters add options of their own
     */
    public abstract static class Builder<B extends Builder<B>> implements Cloneable {
        private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

        private @Nullable String address;
        private ProtocolVersion protocolVersion = ProtocolVersion.MQTT_5_0;
        private String clientIdentifier = inventClientIdentifier();
        private boolean clientIdentifierInvented = true;
        private boolean cleanStart = true;
        private Duration sessionExpiryInterval = Duration.ZERO;
        private Duration keepAlive = Duration.ofSeconds(60);
        private @Nullable String userName;
        private @Nullable Payload password;
        private @Nullable Will will;
        private int receiveMaximum = 256;
        private @Nullable Integer sendMaximum;
        private boolean strictReceiveMaximum;
        private @Nullable Integer maximumPacketSize;
        private int maximumUserProperties = Integer.MAX_VALUE;
        private int maximumUserPropertyBytes = Integer.MAX_VALUE;
        private int topicAliasMaximum;
        private boolean requestProblemInformation = true;
        private boolean requestResponseInformation;
        private UserProperties userProperties = UserProperties.EMPTY;
        private int maximumQueuedMessages = 10_000;
        private long maximumQueuedBytes = 64L * 1024 * 1024;
        private QueueFullPolicy queueFullPolicy = QueueFullPolicy.FAIL;
        private SessionLossPolicy sessionLossPolicy = SessionLossPolicy.REPUBLISH;
        private @Nullable UnknownSessionPolicy unknownSession;
        private @Nullable StuckMessagePolicy stuckMessages;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration disconnectTimeout = Duration.ofSeconds(10);

        /** Starts with the defaults. */
        protected Builder() {}

        /** Returns this. */
        protected abstract B self();

        /** Sets the URI of the Server, without user name and password, so that messages can name it. */
        protected final void named(String server) {
            this.address = server;
        }

        /** Sets which version of MQTT is spoken; default {@link ProtocolVersion#MQTT_5_0}. */
        public B protocolVersion(ProtocolVersion version) {
            this.protocolVersion = Objects.requireNonNull(version, "version");
            return self();
        }

        /**
         * Sets the name of the Session at the Server; default 23 random letters and digits.
         *
         * @param identifier empty: the Server makes one up
         * @throws IllegalArgumentException if it is no UTF-8 Encoded String
         */
        public B clientIdentifier(String identifier) {
            Objects.requireNonNull(identifier, "identifier");
            this.clientIdentifier = Utf8.require(identifier, "the Client Identifier");
            this.clientIdentifierInvented = false;
            return self();
        }

        /**
         * Sets whether connecting throws an earlier Session away (MQTT 5.0 §3.1.2.4); default true.
         *
         * <p>It holds for each {@code connect()}; an automatic reconnect always goes on with the Session.
         */
        public B cleanStart(boolean clean) {
            this.cleanStart = clean;
            return self();
        }

        /**
         * Sets how long the Server keeps the Session State after the connection ends (MQTT 5.0 §3.1.2.11.2).
         *
         * @param interval whole seconds up to 4,294,967,294, or {@link #NEVER}; zero (the default) ends the Session with the
         *     connection; MQTT 3.1.1 has only zero and never, see {@link #cleanSession}
         * @throws IllegalArgumentException if it is negative, longer, or no whole number of seconds
         */
        public B sessionExpiryInterval(Duration interval) {
            Objects.requireNonNull(interval, "interval");
            this.sessionExpiryInterval = Seconds.require(interval, 0xFFFF_FFFFL, "the Session Expiry Interval");
            return self();
        }

        /**
         * Says both of the above in the one word of MQTT 3.1.1: true is Clean Start and no life after the connection, false is
         * no Clean Start and a Session that never expires.
         */
        public B cleanSession(boolean clean) {
            this.cleanStart = clean;
            this.sessionExpiryInterval = clean ? Duration.ZERO : NEVER;
            return self();
        }

        /**
         * Sets the longest silence of this client, after which it sends PINGREQ; default 60 s.
         *
         * @param interval whole seconds, at most 65,535; zero: no limit
         * @throws IllegalArgumentException if it is not
         */
        public B keepAlive(Duration interval) {
            Objects.requireNonNull(interval, "interval");
            this.keepAlive = Seconds.require(interval, 65_535, "the Keep Alive");
            return self();
        }

        /**
         * Sets the User Name.
         *
         * @throws IllegalArgumentException if it is no UTF-8 Encoded String
         */
        public B userName(String name) {
            Objects.requireNonNull(name, "name");
            this.userName = Utf8.require(name, "the User Name");
            return self();
        }

        /**
         * Sets the Password; MQTT 3.1.1 has none without a User Name.
         *
         * @throws IllegalArgumentException if it is longer than 65,535 bytes
         */
        public B password(Payload secret) {
            Objects.requireNonNull(secret, "secret");
            if (secret.size() > 65_535) {
                throw new IllegalArgumentException("the Password is longer than 65,535 bytes");
            }
            this.password = secret;
            return self();
        }

        /** Sets the Password to {@code secret} in UTF-8. */
        public B password(String secret) {
            Objects.requireNonNull(secret, "secret");
            return password(Payload.utf8(secret));
        }

        /** Sets what the Server publishes if the connection ends without a DISCONNECT. */
        public B will(Will message) {
            this.will = Objects.requireNonNull(message, "message");
            return self();
        }

        /**
         * Sets how many QoS 1 and 2 messages may arrive without being acknowledged; default 256. A Server that sends more is not thrown
         * out, see {@link #strictReceiveMaximum}: once twice as many, or 64 MiB, wait for the application, nothing is read from it until
         * there is room. So in MQTT 3.1.1 too, which cannot tell the Server.
         *
         * @param count 1 to 65,535
         */
        public B receiveMaximum(int count) {
            this.receiveMaximum = (int) range(count, 1, 65_535, "the Receive Maximum");
            return self();
        }

        /**
         * Sets how many QoS 1 and 2 messages may be sent without being acknowledged, if the Server takes as many; default 65,535,
         * in MQTT 3.1.1 only 20: its Servers cannot tell what they take, and a widespread one closes the connection at 21.
         *
         * @param count 1 to 65,535
         */
        public B sendMaximum(int count) {
            this.sendMaximum = (int) range(count, 1, 65_535, "the send maximum");
            return self();
        }

        /**
         * Ends the connection with 0x93 at the first message beyond the Receive Maximum. Without this, it is told by an event, and
         * reading pauses where too much waits for the application: a widespread Server overruns the Receive Maximum under load.
         */
        public B strictReceiveMaximum() {
            this.strictReceiveMaximum = true;
            return self();
        }

        /**
         * Sets the size of the largest packet taken, in bytes, from 16; default 1 MiB, in MQTT 3.1.1, which cannot tell the Server, 16
         * MiB. A larger one closes the connection.
         */
        public B maximumPacketSize(int bytes) {
            this.maximumPacketSize = (int) range(bytes, 16, 268_435_460, "the Maximum Packet Size");
            return self();
        }

        /**
         * Refuses incoming messages with more User Properties than the application wants to see; default: none is refused, since
         * the Maximum Packet Size bounds them.
         *
         * <p>At QoS 1 and 2 the Server is told by Reason Code 0x97, at QoS 0 the message is dropped; an event tells of both, and
         * the connection goes on.
         *
         * @param count of one message, from 0
         * @param bytes of all names and values of one message together, from 0
         */
        public B maximumUserProperties(int count, int bytes) {
            this.maximumUserProperties = (int) range(count, 0, Integer.MAX_VALUE, "the number of User Properties");
            this.maximumUserPropertyBytes = (int) range(bytes, 0, Integer.MAX_VALUE, "the bytes of User Properties");
            return self();
        }

        /** Sets the highest Topic Alias taken, 0 to 65,535; default 0: none. */
        public B topicAliasMaximum(int maximum) {
            this.topicAliasMaximum = (int) range(maximum, 0, 65_535, "the Topic Alias Maximum");
            return self();
        }

        /** Sets whether the Server may add Reason Strings and User Properties to any packet; default true. */
        public B requestProblemInformation(boolean request) {
            this.requestProblemInformation = request;
            return self();
        }

        /** Sets whether the Server is asked for Response Information; default false. */
        public B requestResponseInformation(boolean request) {
            this.requestResponseInformation = request;
            return self();
        }

        /** Sets the User Properties of CONNECT; not in MQTT 3.1.1. */
        public B userProperties(UserProperties properties) {
            this.userProperties = Objects.requireNonNull(properties, "properties");
            return self();
        }

        /** Sets how many messages may wait to be sent, from 1; default 10,000. */
        public B maximumQueuedMessages(int count) {
            this.maximumQueuedMessages = (int) range(count, 1, Integer.MAX_VALUE, "the bound of the queue");
            return self();
        }

        /** Sets how many bytes of payload and Topic Name may wait to be sent, from 1; default 64 MiB. */
        public B maximumQueuedBytes(long bytes) {
            this.maximumQueuedBytes = range(bytes, 1, Long.MAX_VALUE, "the bound of the queue in bytes");
            return self();
        }

        /** Sets what happens to a message for which the queue has no room; default {@link QueueFullPolicy#FAIL}. */
        public B queueFullPolicy(QueueFullPolicy policy) {
            this.queueFullPolicy = Objects.requireNonNull(policy, "policy");
            return self();
        }

        /** Sets what becomes of messages whose outcome the Server has forgotten; default {@link SessionLossPolicy#REPUBLISH}. */
        public B sessionLossPolicy(SessionLossPolicy policy) {
            this.sessionLossPolicy = Objects.requireNonNull(policy, "policy");
            return self();
        }

        /**
         * Sets what happens if the Server goes on with a Session of which this client has no state; default {@link
         * UnknownSessionPolicy#FAIL} in MQTT 5.0, as [MQTT-3.2.2-4] has it, and {@link UnknownSessionPolicy#CONTINUE} in MQTT 3.1.1.
         */
        public B unknownSession(UnknownSessionPolicy policy) {
            this.unknownSession = Objects.requireNonNull(policy, "policy");
            return self();
        }

        /**
         * Sets what becomes of a message that the Server answers by closing the connection; default {@link StuckMessagePolicy#KEEP} for
         * what is durable, {@link StuckMessagePolicy#FAIL} for what is not. Either is told by an event.
         */
        public B stuckMessages(StuckMessagePolicy policy) {
            this.stuckMessages = Objects.requireNonNull(policy, "policy");
            return self();
        }

        /** Sets how long opening the connection, and then the answer to CONNECT, may take each; default 10 s. */
        public B connectTimeout(Duration timeout) {
            Objects.requireNonNull(timeout, "timeout");
            this.connectTimeout = positive(timeout, "the connect timeout");
            return self();
        }

        /** Sets how long a disconnect waits for messages on their way; default 10 s. */
        public B disconnectTimeout(Duration timeout) {
            Objects.requireNonNull(timeout, "timeout");
            this.disconnectTimeout = positive(timeout, "the disconnect timeout");
            return self();
        }

        /**
         * Returns the options so far.
         *
         * @throws IllegalArgumentException if they do not go together, or the version of MQTT cannot say them
         */
        protected ConnectOptions buildConnectOptions() {
            if (clientIdentifier.isEmpty() && (!cleanStart || !sessionExpiryInterval.isZero())) {
                throw new IllegalArgumentException(
                        "a Session that outlives its connection needs a Client Identifier [MQTT-3.1.3-7 in 3.1.1]");
            }
            if (protocolVersion == ProtocolVersion.MQTT_3_1_1) {
                requireSayableIn311();
            }
            return new ConnectOptions(copy());
        }

        /**
         * Refuses what leaves a store nothing to keep.
         *
         * @throws IllegalArgumentException if there is no Session that outlives its connection under a name that the next process
         *     knows; the message names the option that is missing
         */
        protected void requireSessionToStore() {
            if (clientIdentifierInvented || clientIdentifier.isEmpty()) {
                throw new IllegalArgumentException("sessionStore() needs clientIdentifier(): what is stored under "
                        + (clientIdentifierInvented ? "a random name" : "a name that the Server makes up")
                        + " no later process finds again");
            } else if (cleanStart && sessionExpiryInterval.isZero()) {
                throw new IllegalArgumentException(
                        "sessionStore() needs cleanStart(false) and sessionExpiryInterval(), in"
                                + " MQTT 3.1.1 cleanSession(false): with Clean Start and an interval of zero no Session outlives its"
                                + " connection");
            }
        }

        private void requireSayableIn311() {
            if (cleanStart ? !sessionExpiryInterval.isZero() : !sessionExpiryInterval.equals(NEVER)) {
                throw unsayable("Clean Start and Session Expiry apart from each other; use cleanSession(boolean)");
            } else if (password != null && userName == null) {
                throw unsayable("a Password without a User Name [MQTT-3.1.2-22]");
            } else if (!userProperties.isEmpty()) {
                throw unsayable("User Properties");
            } else if (topicAliasMaximum != 0) {
                throw unsayable("Topic Aliases");
            } else if (unknownSession == UnknownSessionPolicy.BEGIN_NEW) {
                throw unsayable("Clean Start without Clean Session, as unknownSession(BEGIN_NEW) needs");
            } else if (requestResponseInformation || !requestProblemInformation) {
                throw unsayable("requests for information");
            } else if (will != null
                    && !(will.delay().isZero() && will.message().properties().isEmpty())) {
                throw unsayable("a Will with a delay or properties");
            }
        }

        private static IllegalArgumentException unsayable(String what) {
            return new IllegalArgumentException("MQTT 3.1.1 has no way to say " + what);
        }

        private static long range(long value, long minimum, long maximum, String what) {
            if (value < minimum || value > maximum) {
                throw new IllegalArgumentException(what + " is " + minimum + " to " + maximum + ", not " + value);
            }
            return value;
        }

        private static Duration positive(Duration value, String what) {
            if (value.isNegative()
                    || value.isZero()
                    || value.compareTo(NEVER) > 0) { // so that nanoseconds do not overflow
                throw new IllegalArgumentException(what + " is longer than zero, at most 136 years, not " + value);
            }
            return value;
        }

        /** Fits what every Server accepts [MQTT-3.1.3-5]. */
        private static String inventClientIdentifier() {
            StringBuilder identifier = new StringBuilder(23);
            for (int i = 0; i < 23; i++) {
                identifier.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
            }
            return identifier.toString();
        }

        private Builder<?> copy() {
            try {
                return (Builder<?>) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
