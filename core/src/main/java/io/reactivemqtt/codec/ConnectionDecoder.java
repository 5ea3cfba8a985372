package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Input.malformed;
import static io.reactivemqtt.codec.Input.protocolError;
import static io.reactivemqtt.codec.Input.reasonCode;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.codec.Property.Carrier;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decodes what begins and ends a connection: CONNECT, CONNACK, AUTH, DISCONNECT (MQTT 5.0 §3.1, §3.2, §3.14, §3.15). */
final class ConnectionDecoder {

    private final ProtocolVersion version;
    private final ReceivedProperties properties;

    ConnectionDecoder(ProtocolVersion version, ReceivedProperties properties) {
        this.version = version;
        this.properties = properties;
    }

    /** Decodes a CONNECT of either version, whichever this decoder was made for. */
    Connect connect(ByteBuffer source) {
        ProtocolVersion protocolVersion = protocolVersion(source);
        int flags = Input.unsignedByte(source);
        requireConnectFlags(flags, protocolVersion);
        int keepAliveSeconds = Input.twoByteInteger(source);
        boolean hasProperties = protocolVersion == ProtocolVersion.MQTT_5_0;
        if (hasProperties) {
            properties.read(source, Carrier.CONNECT);
        } else {
            properties.clear();
        }
        Long sessionExpiryInterval = properties.unsigned32(Property.SESSION_EXPIRY_INTERVAL);
        Integer receiveMaximum = properties.integer(Property.RECEIVE_MAXIMUM);
        Long maximumPacketSize = properties.unsigned32(Property.MAXIMUM_PACKET_SIZE);
        Integer topicAliasMaximum = properties.integer(Property.TOPIC_ALIAS_MAXIMUM);
        Boolean requestResponseInformation = properties.flag(Property.REQUEST_RESPONSE_INFORMATION);
        Boolean requestProblemInformation = properties.flag(Property.REQUEST_PROBLEM_INFORMATION);
        UserProperties userProperties = properties.userProperties();
        String authenticationMethod = properties.string(Property.AUTHENTICATION_METHOD);
        Payload authenticationData = properties.binary(Property.AUTHENTICATION_DATA);

        String clientIdentifier = Input.string(source);
        Will will = (flags & ConnectFlags.WILL) == 0 ? null : will(flags, hasProperties, source);
        String userName = (flags & ConnectFlags.USER_NAME) == 0 ? null : Input.string(source);
        Payload password = (flags & ConnectFlags.PASSWORD) == 0 ? null : Input.binaryData(source);
        return new Connect(
                protocolVersion,
                clientIdentifier,
                (flags & ConnectFlags.CLEAN_START) != 0,
                keepAliveSeconds,
                userName,
                password,
                will,
                sessionExpiryInterval,
                receiveMaximum,
                maximumPacketSize,
                topicAliasMaximum,
                requestResponseInformation,
                requestProblemInformation,
                userProperties,
                authenticationMethod,
                authenticationData);
    }

    private static ProtocolVersion protocolVersion(ByteBuffer source) {
        String name = Input.string(source);
        int level = Input.unsignedByte(source);
        if (name.equals(ConnectFlags.PROTOCOL_NAME)) {
            for (ProtocolVersion known : ProtocolVersion.values()) {
                if (known.level() == level) {
                    return known;
                }
            }
        }
        throw new ProtocolViolationException(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                "neither MQTT 3.1.1 nor MQTT 5.0: level " + level + " [MQTT-3.1.2-1] [MQTT-3.1.2-2]");
    }

    private static void requireConnectFlags(int flags, ProtocolVersion protocolVersion) {
        if ((flags & ConnectFlags.RESERVED) != 0) {
            throw malformed("the reserved Connect Flag is not zero [MQTT-3.1.2-3]");
        }
        int willQos = flags >> ConnectFlags.WILL_QOS_SHIFT & 0b11;
        if (willQos == 3) {
            throw malformed("the Will QoS is 3 [MQTT-3.1.2-12]");
        }
        if ((flags & ConnectFlags.WILL) == 0 && (willQos != 0 || (flags & ConnectFlags.WILL_RETAIN) != 0)) {
            throw malformed("Will QoS or Will Retain without a Will [MQTT-3.1.2-11] [MQTT-3.1.2-13]");
        }
        if (protocolVersion == ProtocolVersion.MQTT_3_1_1
                && (flags & ConnectFlags.PASSWORD) != 0
                && (flags & ConnectFlags.USER_NAME) == 0) {
            throw malformed("a Password without a User Name [MQTT-3.1.2-22 in 3.1.1]");
        }
    }

    private Will will(int flags, boolean hasProperties, ByteBuffer source) {
        MessageProperties messageProperties = MessageProperties.NONE;
        Duration delay = null;
        if (hasProperties) {
            properties.read(source, Carrier.WILL);
            messageProperties = properties.messageProperties();
            delay = properties.seconds(Property.WILL_DELAY_INTERVAL);
        }
        TopicName topicName = TopicName.of(Input.string(source));
        Payload payload = Input.binaryData(source);
        return Will.of(ApplicationMessage.of(
                        topicName,
                        payload,
                        Qos.of(flags >> ConnectFlags.WILL_QOS_SHIFT & 0b11),
                        (flags & ConnectFlags.WILL_RETAIN) != 0,
                        messageProperties))
                .withDelay(delay == null ? Duration.ZERO : delay);
    }

    ConnAck connAck(ByteBuffer source) {
        int flags = Input.unsignedByte(source);
        if ((flags & ~1) != 0) {
            throw malformed("reserved Connect Acknowledge Flags are not zero [MQTT-3.2.2-1]");
        }
        boolean sessionPresent = flags == 1;
        if (version == ProtocolVersion.MQTT_3_1_1) {
            properties.clear();
            return ConnAck.builder()
                    .sessionPresent(sessionPresent)
                    .reasonCode(ReturnCodes.connectReasonCode(Input.unsignedByte(source)))
                    .build();
        }
        if (isRefusalOfServerThatSpeaksOnly311(flags, source)) {
            source.get();
            return ConnAck.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        }
        ReasonCode reasonCode = reasonCode(source, ConnAck.REASON_CODES, "CONNACK");
        properties.read(source, Carrier.CONNACK);
        return new ConnAck(
                sessionPresent,
                reasonCode,
                properties.unsigned32(Property.SESSION_EXPIRY_INTERVAL),
                properties.integer(Property.RECEIVE_MAXIMUM),
                maximumQos(),
                properties.flag(Property.RETAIN_AVAILABLE),
                properties.unsigned32(Property.MAXIMUM_PACKET_SIZE),
                properties.string(Property.ASSIGNED_CLIENT_IDENTIFIER),
                properties.integer(Property.TOPIC_ALIAS_MAXIMUM),
                properties.string(Property.REASON_STRING),
                properties.userProperties(),
                properties.flag(Property.WILDCARD_SUBSCRIPTION_AVAILABLE),
                properties.flag(Property.SUBSCRIPTION_IDENTIFIERS_AVAILABLE),
                properties.flag(Property.SHARED_SUBSCRIPTION_AVAILABLE),
                properties.integer(Property.SERVER_KEEP_ALIVE),
                properties.string(Property.RESPONSE_INFORMATION),
                properties.string(Property.SERVER_REFERENCE),
                properties.string(Property.AUTHENTICATION_METHOD),
                properties.binary(Property.AUTHENTICATION_DATA));
    }

    /**
     * A Server that speaks only MQTT 3.1.1 refuses a CONNECT of 5.0 in its own words: two bytes, return code 1 [MQTT-3.1.2-2 in
     * 3.1.1]. No CONNACK of 5.0 is that short, so there is nothing to confuse it with.
     */
    private static boolean isRefusalOfServerThatSpeaksOnly311(int flags, ByteBuffer source) {
        return flags == 0 && source.remaining() == 1 && source.get(source.position()) == 1;
    }

    private @Nullable Qos maximumQos() {
        return properties.has(Property.MAXIMUM_QOS) ? Qos.of(properties.number(Property.MAXIMUM_QOS)) : null;
    }

    Disconnect disconnect(ByteBuffer source) {
        if (version == ProtocolVersion.MQTT_3_1_1 || !source.hasRemaining()) {
            return new Disconnect(ReasonCode.SUCCESS);
        }
        ReasonCode reasonCode = reasonCode(source, Disconnect.REASON_CODES, "DISCONNECT");
        if (!source.hasRemaining()) {
            return new Disconnect(reasonCode);
        }
        properties.read(source, Carrier.DISCONNECT);
        return new Disconnect(
                reasonCode,
                properties.unsigned32(Property.SESSION_EXPIRY_INTERVAL),
                properties.string(Property.REASON_STRING),
                properties.userProperties(),
                properties.string(Property.SERVER_REFERENCE));
    }

    Auth auth(ByteBuffer source) {
        if (!source.hasRemaining()) {
            return new Auth(ReasonCode.SUCCESS, null, null, null, UserProperties.EMPTY);
        }
        ReasonCode reasonCode = reasonCode(source, Auth.REASON_CODES, "AUTH");
        properties.read(source, Carrier.AUTH);
        if (!properties.has(Property.AUTHENTICATION_METHOD)) {
            throw protocolError("AUTH without an Authentication Method"); // §3.15.2.2.2
        }
        return new Auth(
                reasonCode,
                properties.string(Property.AUTHENTICATION_METHOD),
                properties.binary(Property.AUTHENTICATION_DATA),
                properties.string(Property.REASON_STRING),
                properties.userProperties());
    }
}
