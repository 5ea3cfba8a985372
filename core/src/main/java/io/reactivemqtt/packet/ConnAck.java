package io.reactivemqtt.packet;

import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CONNACK: the Server's answer to CONNECT (MQTT 5.0 §3.2).
 *
 * <p>A property that is null was not sent, which means its default in the standard. {@link #toString} leaves out the
 * Authentication Data.
 *
 * @param sessionPresent whether the Server resumes a Session that it had
 * @param reasonCode one of {@link #REASON_CODES}
 * @param sessionExpiryIntervalSeconds replaces the one of CONNECT, 0 to 4,294,967,295
 * @param receiveMaximum how many QoS 1 and 2 messages the Server takes at once, 1 to 65,535; default 65,535
 * @param maximumQos the highest QoS that the Server takes, 0 or 1; default 2
 * @param retainAvailable whether the Server keeps retained messages; default true
 * @param maximumPacketSize the largest packet that the Server takes, in bytes, 1 to 4,294,967,295; default no limit
 * @param assignedClientIdentifier the one that the Server made up
 * @param topicAliasMaximum the highest Topic Alias that the Server takes, 0 to 65,535; default 0
 * @param reasonString the Reason String, a text for logs
 * @param userProperties pairs of strings
 * @param wildcardSubscriptionAvailable whether the Server has subscriptions with wildcards; default true
 * @param subscriptionIdentifiersAvailable whether the Server has Subscription Identifiers; default true
 * @param sharedSubscriptionAvailable whether the Server has Shared Subscriptions; default true
 * @param serverKeepAliveSeconds replaces the Keep Alive of CONNECT, 0 to 65,535
 * @param responseInformation a basis for Response Topics
 * @param serverReference another Server to use
 * @param authenticationMethod of an enhanced authentication
 * @param authenticationData its last words, at most 65,535 bytes
 */
public record ConnAck(
        boolean sessionPresent,
        ReasonCode reasonCode,
        @Nullable Long sessionExpiryIntervalSeconds,
        @Nullable Integer receiveMaximum,
        @Nullable Qos maximumQos,
        @Nullable Boolean retainAvailable,
        @Nullable Long maximumPacketSize,
        @Nullable String assignedClientIdentifier,
        @Nullable Integer topicAliasMaximum,
        @Nullable String reasonString,
        UserProperties userProperties,
        @Nullable Boolean wildcardSubscriptionAvailable,
        @Nullable Boolean subscriptionIdentifiersAvailable,
        @Nullable Boolean sharedSubscriptionAvailable,
        @Nullable Integer serverKeepAliveSeconds,
        @Nullable String responseInformation,
        @Nullable String serverReference,
        @Nullable String authenticationMethod,
        @Nullable Payload authenticationData)
        implements Packet {

    /** The Reason Codes that the standard lists for this packet. */
    public static final Set<ReasonCode> REASON_CODES = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.SERVER_UNAVAILABLE,
            ReasonCode.SERVER_BUSY,
            ReasonCode.BANNED,
            ReasonCode.BAD_AUTHENTICATION_METHOD,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.PAYLOAD_FORMAT_INVALID,
            ReasonCode.RETAIN_NOT_SUPPORTED,
            ReasonCode.QOS_NOT_SUPPORTED,
            ReasonCode.USE_ANOTHER_SERVER,
            ReasonCode.SERVER_MOVED,
            ReasonCode.CONNECTION_RATE_EXCEEDED));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public ConnAck {
        Checks.requireListed(reasonCode, REASON_CODES, PacketType.CONNACK);
        Checks.require(
                !sessionPresent || reasonCode == ReasonCode.SUCCESS,
                "a refused connection has Session Present 0 [MQTT-3.2.2-6]");
        Checks.requireUnsigned32(sessionExpiryIntervalSeconds, 0, "the Session Expiry Interval");
        Checks.requireRange(receiveMaximum, 1, 65_535, "the Receive Maximum");
        Checks.require(maximumQos != Qos.EXACTLY_ONCE, "the Maximum QoS is 0 or 1");
        Checks.requireUnsigned32(maximumPacketSize, 1, "the Maximum Packet Size");
        Checks.requireText(assignedClientIdentifier, "the Assigned Client Identifier");
        Checks.requireRange(topicAliasMaximum, 0, 65_535, "the Topic Alias Maximum");
        Checks.requireText(reasonString, "the Reason String");
        Checks.requireRange(serverKeepAliveSeconds, 0, 65_535, "the Server Keep Alive in seconds");
        Checks.requireText(responseInformation, "the Response Information");
        Checks.requireText(serverReference, "the Server Reference");
        Checks.requireText(authenticationMethod, "the Authentication Method");
        Checks.require(
                authenticationData == null || authenticationData.size() <= 65_535,
                "the Authentication Data is at most 65535 bytes");
    }

    /** Returns a CONNACK that accepts and announces nothing. */
    public static ConnAck accepted(boolean sessionPresent) {
        return builder().sessionPresent(sessionPresent).build();
    }

    /** Returns a CONNACK that refuses. */
    public static ConnAck refused(ReasonCode reasonCode) {
        return builder().reasonCode(reasonCode).build();
    }

    /** Starts a CONNACK that accepts, without a Session and without properties, until said otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }

    @Override
    public String toString() {
        return "ConnAck[sessionPresent=" + sessionPresent + ", " + reasonCode + ", reasonString=" + reasonString
                + ", sessionExpiryIntervalSeconds=" + sessionExpiryIntervalSeconds + ", receiveMaximum="
                + receiveMaximum + ", maximumQos=" + maximumQos + ", retainAvailable=" + retainAvailable
                + ", maximumPacketSize=" + maximumPacketSize + ", assignedClientIdentifier=" + assignedClientIdentifier
                + ", topicAliasMaximum=" + topicAliasMaximum + ", wildcardSubscriptionAvailable="
                + wildcardSubscriptionAvailable + ", subscriptionIdentifiersAvailable="
                + subscriptionIdentifiersAvailable + ", sharedSubscriptionAvailable=" + sharedSubscriptionAvailable
                + ", serverKeepAliveSeconds=" + serverKeepAliveSeconds + ", serverReference=" + serverReference
                + ", authenticationMethod=" + authenticationMethod + "]";
    }

    /** Collects the parts of a CONNACK. Not thread-safe. */
    public static final class Builder {
        private boolean sessionPresent;
        private ReasonCode reasonCode = ReasonCode.SUCCESS;
        private @Nullable Long sessionExpiryIntervalSeconds;
        private @Nullable Integer receiveMaximum;
        private @Nullable Qos maximumQos;
        private @Nullable Boolean retainAvailable;
        private @Nullable Long maximumPacketSize;
        private @Nullable String assignedClientIdentifier;
        private @Nullable Integer topicAliasMaximum;
        private @Nullable String reasonString;
        private UserProperties userProperties = UserProperties.EMPTY;
        private @Nullable Boolean wildcardSubscriptionAvailable;
        private @Nullable Boolean subscriptionIdentifiersAvailable;
        private @Nullable Boolean sharedSubscriptionAvailable;
        private @Nullable Integer serverKeepAliveSeconds;
        private @Nullable String responseInformation;
        private @Nullable String serverReference;
        private @Nullable String authenticationMethod;
        private @Nullable Payload authenticationData;

        private Builder() {}

        /** Sets Session Present. */
        public Builder sessionPresent(boolean value) {
            this.sessionPresent = value;
            return this;
        }

        /** Sets the Reason Code. */
        public Builder reasonCode(ReasonCode value) {
            this.reasonCode = value;
            return this;
        }

        /** Sets the Session Expiry Interval, in seconds. */
        public Builder sessionExpiryIntervalSeconds(long value) {
            this.sessionExpiryIntervalSeconds = value;
            return this;
        }

        /** Sets the Receive Maximum. */
        public Builder receiveMaximum(int value) {
            this.receiveMaximum = value;
            return this;
        }

        /** Sets the Maximum QoS. */
        public Builder maximumQos(Qos value) {
            this.maximumQos = value;
            return this;
        }

        /** Sets Retain Available. */
        public Builder retainAvailable(boolean value) {
            this.retainAvailable = value;
            return this;
        }

        /** Sets the Maximum Packet Size, in bytes. */
        public Builder maximumPacketSize(long value) {
            this.maximumPacketSize = value;
            return this;
        }

        /** Sets the Assigned Client Identifier. */
        public Builder assignedClientIdentifier(String value) {
            this.assignedClientIdentifier = value;
            return this;
        }

        /** Sets the Topic Alias Maximum. */
        public Builder topicAliasMaximum(int value) {
            this.topicAliasMaximum = value;
            return this;
        }

        /** Sets the Reason String. */
        public Builder reasonString(String value) {
            this.reasonString = value;
            return this;
        }

        /** Sets the User Properties. */
        public Builder userProperties(UserProperties value) {
            this.userProperties = value;
            return this;
        }

        /** Sets Wildcard Subscription Available. */
        public Builder wildcardSubscriptionAvailable(boolean value) {
            this.wildcardSubscriptionAvailable = value;
            return this;
        }

        /** Sets Subscription Identifiers Available. */
        public Builder subscriptionIdentifiersAvailable(boolean value) {
            this.subscriptionIdentifiersAvailable = value;
            return this;
        }

        /** Sets Shared Subscription Available. */
        public Builder sharedSubscriptionAvailable(boolean value) {
            this.sharedSubscriptionAvailable = value;
            return this;
        }

        /** Sets the Server Keep Alive, in seconds. */
        public Builder serverKeepAliveSeconds(int value) {
            this.serverKeepAliveSeconds = value;
            return this;
        }

        /** Sets the Response Information. */
        public Builder responseInformation(String value) {
            this.responseInformation = value;
            return this;
        }

        /** Sets the Server Reference. */
        public Builder serverReference(String value) {
            this.serverReference = value;
            return this;
        }

        /** Sets the Authentication Method. */
        public Builder authenticationMethod(String value) {
            this.authenticationMethod = value;
            return this;
        }

        /** Sets the Authentication Data. */
        public Builder authenticationData(Payload value) {
            this.authenticationData = value;
            return this;
        }

        /**
         * Returns the packet.
         *
         * @throws IllegalArgumentException if a part is not as {@link ConnAck} describes it
         */
        public ConnAck build() {
            return new ConnAck(
                    sessionPresent,
                    reasonCode,
                    sessionExpiryIntervalSeconds,
                    receiveMaximum,
                    maximumQos,
                    retainAvailable,
                    maximumPacketSize,
                    assignedClientIdentifier,
                    topicAliasMaximum,
                    reasonString,
                    userProperties,
                    wildcardSubscriptionAvailable,
                    subscriptionIdentifiersAvailable,
                    sharedSubscriptionAvailable,
                    serverKeepAliveSeconds,
                    responseInformation,
                    serverReference,
                    authenticationMethod,
                    authenticationData);
        }
    }
}
