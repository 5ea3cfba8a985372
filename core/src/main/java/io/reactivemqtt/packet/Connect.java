package io.reactivemqtt.packet;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT: the first packet of a connection (MQTT 5.0 §3.1).
 *
 * <p>A property that is null is not sent, which means its default in the standard. {@link #toString} leaves out password,
 * Authentication Data and the Will's content.
 *
 * @param protocolVersion which version the connection speaks
 * @param clientIdentifier names the Session; empty: the Server makes one up
 * @param cleanStart whether an earlier Session is thrown away; Clean Session in MQTT 3.1.1
 * @param keepAliveSeconds the longest silence of the client, 0 to 65,535; 0: no limit
 * @param userName or null
 * @param password or null; at most 65,535 bytes; not without a User Name in MQTT 3.1.1
 * @param will or null
 * @param sessionExpiryIntervalSeconds how long the Session outlives the connection, 0 to 4,294,967,295, which is for ever
 * @param receiveMaximum how many QoS 1 and 2 messages the client takes at once, 1 to 65,535
 * @param maximumPacketSize the largest packet that the client takes, in bytes, 1 to 4,294,967,295
 * @param topicAliasMaximum the highest Topic Alias that the client takes, 0 to 65,535
 * @param requestResponseInformation whether the Server may return Response Information
 * @param requestProblemInformation whether the Server may add Reason String and User Properties to any packet
 * @param userProperties pairs of strings
 * @param authenticationMethod of an enhanced authentication, or null
 * @param authenticationData its first words, at most 65,535 bytes, or null
 */
public record Connect(
        ProtocolVersion protocolVersion,
        String clientIdentifier,
        boolean cleanStart,
        int keepAliveSeconds,
        @Nullable String userName,
        @Nullable Payload password,
        @Nullable Will will,
        @Nullable Long sessionExpiryIntervalSeconds,
        @Nullable Integer receiveMaximum,
        @Nullable Long maximumPacketSize,
        @Nullable Integer topicAliasMaximum,
        @Nullable Boolean requestResponseInformation,
        @Nullable Boolean requestProblemInformation,
        UserProperties userProperties,
        @Nullable String authenticationMethod,
        @Nullable Payload authenticationData)
        implements Packet {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public Connect {
        Checks.requireText(clientIdentifier, "the Client Identifier");
        Checks.requireRange(keepAliveSeconds, 0, 65_535, "the Keep Alive in seconds");
        Checks.requireText(userName, "the User Name");
        Checks.require(password == null || password.size() <= 65_535, "the Password is at most 65535 bytes");
        Checks.require(
                protocolVersion == ProtocolVersion.MQTT_5_0 || password == null || userName != null,
                "MQTT 3.1.1 has no Password without a User Name [MQTT-3.1.2-22 in 3.1.1]");
        Checks.requireUnsigned32(sessionExpiryIntervalSeconds, 0, "the Session Expiry Interval");
        Checks.requireRange(receiveMaximum, 1, 65_535, "the Receive Maximum");
        Checks.requireUnsigned32(maximumPacketSize, 1, "the Maximum Packet Size");
        Checks.requireRange(topicAliasMaximum, 0, 65_535, "the Topic Alias Maximum");
        Checks.requireText(authenticationMethod, "the Authentication Method");
        Checks.require(
                authenticationData == null || authenticationMethod != null,
                "there is no Authentication Data without an Authentication Method");
        Checks.require(
                authenticationData == null || authenticationData.size() <= 65_535,
                "the Authentication Data is at most 65535 bytes");
    }

    /** A CONNECT that says only what every CONNECT says. */
    public Connect(ProtocolVersion protocolVersion, String clientIdentifier, boolean cleanStart, int keepAliveSeconds) {
        this(
                protocolVersion,
                clientIdentifier,
                cleanStart,
                keepAliveSeconds,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                UserProperties.EMPTY,
                null,
                null);
    }

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }

    @Override
    public String toString() {
        return "Connect[" + protocolVersion + ", clientIdentifier=" + clientIdentifier + ", cleanStart=" + cleanStart
                + ", keepAliveSeconds=" + keepAliveSeconds + ", userName=" + (userName == null ? "none" : "present")
                + ", password=" + (password == null ? "none" : "present") + ", will="
                + (will == null ? "none" : "present") + ", sessionExpiryIntervalSeconds=" + sessionExpiryIntervalSeconds
                + ", receiveMaximum=" + receiveMaximum + ", maximumPacketSize=" + maximumPacketSize
                + ", topicAliasMaximum=" + topicAliasMaximum + ", authenticationMethod=" + authenticationMethod + "]";
    }
}
