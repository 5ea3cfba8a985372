package io.reactivemqtt.codec;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.Will;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;

/** Describes what stands behind the fixed header of every packet but PUBLISH and the short acknowledgements (MQTT 5.0 §3). */
final class PacketBodies {

    private final ProtocolVersion version;
    private final boolean mqtt5;

    PacketBodies(ProtocolVersion version) {
        this.version = version;
        this.mqtt5 = version == ProtocolVersion.MQTT_5_0;
    }

    /** @throws IllegalArgumentException if {@code packet} says something that this version of MQTT cannot */
    void describe(Packet packet, Output output) {
        switch (packet.type()) {
            case CONNECT -> connect((Connect) packet, output);
            case CONNACK -> connAck((ConnAck) packet, output);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> acknowledgement((Acknowledgement) packet, output);
            case SUBSCRIBE -> subscribe((Subscribe) packet, output);
            case SUBACK -> subAck((SubAck) packet, output);
            case UNSUBSCRIBE -> unsubscribe((Unsubscribe) packet, output);
            case UNSUBACK -> unsubAck((UnsubAck) packet, output);
            case DISCONNECT -> disconnect((Disconnect) packet, output);
            case AUTH -> auth((Auth) packet, output);
            case PINGREQ, PINGRESP -> {}
            case PUBLISH -> throw new AssertionError("written by the encoder itself");
        }
    }

    private void connect(Connect connect, Output output) {
        require(
                connect.protocolVersion() == version,
                "a CONNECT of " + connect.protocolVersion() + " is no packet of " + version);
        output.string(ConnectFlags.PROTOCOL_NAME);
        output.oneByte(version.level());
        output.oneByte(connectFlags(connect));
        output.twoByteInteger(connect.keepAliveSeconds());
        if (mqtt5) {
            output.properties(connect, PacketBodies::connectProperties);
        } else {
            require311(connect.userProperties().isEmpty(), "User Properties");
            require311(connect.authenticationMethod() == null, "enhanced authentication");
        }
        output.string(connect.clientIdentifier());
        Will will = connect.will();
        if (will != null) {
            will(will, output);
        }
        String userName = connect.userName();
        if (userName != null) {
            output.string(userName);
        }
        Payload password = connect.password();
        if (password != null) {
            output.binaryData(password);
        }
    }

    private static int connectFlags(Connect connect) {
        int flags = (connect.cleanStart() ? ConnectFlags.CLEAN_START : 0)
                | (connect.userName() == null ? 0 : ConnectFlags.USER_NAME)
                | (connect.password() == null ? 0 : ConnectFlags.PASSWORD);
        Will will = connect.will();
        if (will != null) {
            flags |= ConnectFlags.WILL
                    | will.message().qos().level() << ConnectFlags.WILL_QOS_SHIFT
                    | (will.message().retain() ? ConnectFlags.WILL_RETAIN : 0);
        }
        return flags;
    }

    private static void connectProperties(Connect connect, Output output) {
        output.fourByteInteger(Property.SESSION_EXPIRY_INTERVAL, connect.sessionExpiryIntervalSeconds());
        output.twoByteInteger(Property.RECEIVE_MAXIMUM, connect.receiveMaximum());
        output.fourByteInteger(Property.MAXIMUM_PACKET_SIZE, connect.maximumPacketSize());
        output.twoByteInteger(Property.TOPIC_ALIAS_MAXIMUM, connect.topicAliasMaximum());
        output.oneByte(Property.REQUEST_RESPONSE_INFORMATION, connect.requestResponseInformation());
        output.oneByte(Property.REQUEST_PROBLEM_INFORMATION, connect.requestProblemInformation());
        output.userProperties(connect.userProperties());
        output.string(Property.AUTHENTICATION_METHOD, connect.authenticationMethod());
        output.binaryData(Property.AUTHENTICATION_DATA, connect.authenticationData());
    }

    private void will(Will will, Output output) {
        if (mqtt5) {
            output.properties(will, PacketBodies::willProperties);
        } else {
            require311(will.delay().isZero(), "Will Delay Interval");
            require311(will.message().properties().isEmpty(), "properties of a Will");
        }
        output.topicName(will.message().topicName());
        output.binaryData(will.message().payload());
    }

    private static void willProperties(Will will, Output output) {
        if (!will.delay().isZero()) {
            output.fourByteInteger(Property.WILL_DELAY_INTERVAL, will.delay().toSeconds());
        }
        messageProperties(will.message(), output);
    }

    static void publishProperties(Publish publish, Output output) {
        if (publish.topicAlias() != Publish.NO_TOPIC_ALIAS) {
            output.twoByteInteger(Property.TOPIC_ALIAS, publish.topicAlias());
        }
        messageProperties(publish.message(), output);
        for (int i = 0; i < publish.subscriptionIdentifiers().size(); i++) {
            output.variableByteInteger(
                    Property.SUBSCRIPTION_IDENTIFIER,
                    publish.subscriptionIdentifiers().get(i));
        }
    }

    private static void messageProperties(ApplicationMessage message, Output output) {
        MessageProperties properties = message.properties();
        if (properties.utf8Payload()) {
            output.oneByte(Property.PAYLOAD_FORMAT_INDICATOR, true);
        }
        Duration messageExpiryInterval = properties.messageExpiryInterval();
        if (messageExpiryInterval != null) {
            output.fourByteInteger(Property.MESSAGE_EXPIRY_INTERVAL, messageExpiryInterval.toSeconds());
        }
        output.string(Property.CONTENT_TYPE, properties.contentType());
        output.topicName(Property.RESPONSE_TOPIC, properties.responseTopic());
        output.string(Property.RESPONSE_TOPIC, properties.unusableResponseTopic());
        output.binaryData(Property.CORRELATION_DATA, properties.correlationData());
        output.userProperties(properties.userProperties());
    }

    static void requireExpressibleIn311(Publish publish) {
        require311(publish.message().properties().isEmpty(), "properties of a message");
        require311(publish.subscriptionIdentifiers().isEmpty(), "Subscription Identifiers");
    }

    private void connAck(ConnAck connAck, Output output) {
        output.oneByte(connAck.sessionPresent() ? 1 : 0);
        if (mqtt5) {
            output.oneByte(connAck.reasonCode().code());
            output.properties(connAck, PacketBodies::connAckProperties);
        } else {
            output.oneByte(ReturnCodes.connectReturnCode(connAck.reasonCode()));
        }
    }

    private static void connAckProperties(ConnAck connAck, Output output) {
        output.fourByteInteger(Property.SESSION_EXPIRY_INTERVAL, connAck.sessionExpiryIntervalSeconds());
        output.twoByteInteger(Property.RECEIVE_MAXIMUM, connAck.receiveMaximum());
        if (connAck.maximumQos() != null) {
            output.oneByte(Property.MAXIMUM_QOS, connAck.maximumQos().level() == 1);
        }
        output.oneByte(Property.RETAIN_AVAILABLE, connAck.retainAvailable());
        output.fourByteInteger(Property.MAXIMUM_PACKET_SIZE, connAck.maximumPacketSize());
        output.string(Property.ASSIGNED_CLIENT_IDENTIFIER, connAck.assignedClientIdentifier());
        output.twoByteInteger(Property.TOPIC_ALIAS_MAXIMUM, connAck.topicAliasMaximum());
        output.string(Property.REASON_STRING, connAck.reasonString());
        output.userProperties(connAck.userProperties());
        output.oneByte(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, connAck.wildcardSubscriptionAvailable());
        output.oneByte(Property.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, connAck.subscriptionIdentifiersAvailable());
        output.oneByte(Property.SHARED_SUBSCRIPTION_AVAILABLE, connAck.sharedSubscriptionAvailable());
        output.twoByteInteger(Property.SERVER_KEEP_ALIVE, connAck.serverKeepAliveSeconds());
        output.string(Property.RESPONSE_INFORMATION, connAck.responseInformation());
        output.string(Property.SERVER_REFERENCE, connAck.serverReference());
        output.string(Property.AUTHENTICATION_METHOD, connAck.authenticationMethod());
        output.binaryData(Property.AUTHENTICATION_DATA, connAck.authenticationData());
    }

    /** Of MQTT 5.0, and with more to say than that all is well: the encoder writes the others. */
    private static void acknowledgement(Acknowledgement acknowledgement, Output output) {
        output.twoByteInteger(acknowledgement.packetIdentifier());
        output.oneByte(acknowledgement.reasonCode().code());
        if (acknowledgement.reasonString() != null
                || !acknowledgement.userProperties().isEmpty()) {
            output.properties(acknowledgement, PacketBodies::acknowledgementProperties);
        }
    }

    private static void acknowledgementProperties(Acknowledgement acknowledgement, Output output) {
        output.string(Property.REASON_STRING, acknowledgement.reasonString());
        output.userProperties(acknowledgement.userProperties());
    }

    private void subscribe(Subscribe subscribe, Output output) {
        output.twoByteInteger(subscribe.packetIdentifier());
        if (mqtt5) {
            output.properties(subscribe, PacketBodies::subscribeProperties);
        } else {
            require311(subscribe.subscriptionIdentifier() == null, "Subscription Identifiers");
            require311(subscribe.userProperties().isEmpty(), "User Properties");
        }
        for (TopicSubscription subscription : subscribe.subscriptions()) {
            require(
                    mqtt5 || subscription.hasDefaultOptions(),
                    "MQTT 3.1.1 has no No Local, Retain As Published and Retain Handling");
            output.string(subscription.topicFilter().toString());
            output.oneByte(subscriptionOptions(subscription));
        }
    }

    private static int subscriptionOptions(TopicSubscription subscription) {
        return subscription.qos().level()
                | (subscription.noLocal() ? SubscriptionDecoder.NO_LOCAL : 0)
                | (subscription.retainAsPublished() ? SubscriptionDecoder.RETAIN_AS_PUBLISHED : 0)
                | subscription.retainHandling().value() << SubscriptionDecoder.RETAIN_HANDLING_SHIFT;
    }

    private static void subscribeProperties(Subscribe subscribe, Output output) {
        output.variableByteInteger(Property.SUBSCRIPTION_IDENTIFIER, subscribe.subscriptionIdentifier());
        output.userProperties(subscribe.userProperties());
    }

    private void subAck(SubAck subAck, Output output) {
        output.twoByteInteger(subAck.packetIdentifier());
        if (mqtt5) {
            output.properties(subAck, PacketBodies::subAckProperties);
        }
        for (ReasonCode reasonCode : subAck.reasonCodes()) {
            output.oneByte(mqtt5 || !reasonCode.isError() ? reasonCode.code() : ReasonCode.UNSPECIFIED_ERROR.code());
        }
    }

    private static void subAckProperties(SubAck subAck, Output output) {
        output.string(Property.REASON_STRING, subAck.reasonString());
        output.userProperties(subAck.userProperties());
    }

    private void unsubscribe(Unsubscribe unsubscribe, Output output) {
        output.twoByteInteger(unsubscribe.packetIdentifier());
        if (mqtt5) {
            output.properties(unsubscribe, (packet, properties) -> properties.userProperties(packet.userProperties()));
        } else {
            require311(unsubscribe.userProperties().isEmpty(), "User Properties");
        }
        for (TopicFilter topicFilter : unsubscribe.topicFilters()) {
            output.string(topicFilter.toString());
        }
    }

    private void unsubAck(UnsubAck unsubAck, Output output) {
        output.twoByteInteger(unsubAck.packetIdentifier());
        if (mqtt5) {
            require(!unsubAck.reasonCodes().isEmpty(), "UNSUBACK of MQTT 5.0 has at least one Reason Code");
            output.properties(unsubAck, PacketBodies::unsubAckProperties);
            for (ReasonCode reasonCode : unsubAck.reasonCodes()) {
                output.oneByte(reasonCode.code());
            }
        }
    }

    private static void unsubAckProperties(UnsubAck unsubAck, Output output) {
        output.string(Property.REASON_STRING, unsubAck.reasonString());
        output.userProperties(unsubAck.userProperties());
    }

    private void disconnect(Disconnect disconnect, Output output) {
        boolean hasProperties = disconnect.sessionExpiryIntervalSeconds() != null
                || disconnect.reasonString() != null
                || !disconnect.userProperties().isEmpty()
                || disconnect.serverReference() != null;
        if (!mqtt5 || (disconnect.reasonCode() == ReasonCode.SUCCESS && !hasProperties)) {
            return;
        }
        output.oneByte(disconnect.reasonCode().code());
        if (hasProperties) {
            output.properties(disconnect, PacketBodies::disconnectProperties);
        }
    }

    private static void disconnectProperties(Disconnect disconnect, Output output) {
        output.fourByteInteger(Property.SESSION_EXPIRY_INTERVAL, disconnect.sessionExpiryIntervalSeconds());
        output.string(Property.REASON_STRING, disconnect.reasonString());
        output.userProperties(disconnect.userProperties());
        output.string(Property.SERVER_REFERENCE, disconnect.serverReference());
    }

    private void auth(Auth auth, Output output) {
        require311(mqtt5, "AUTH");
        if (auth.reasonCode() == ReasonCode.SUCCESS && Output.lengthOf(auth, PacketBodies::authProperties) == 0) {
            return;
        }
        output.oneByte(auth.reasonCode().code());
        output.properties(auth, PacketBodies::authProperties);
    }

    private static void authProperties(Auth auth, Output output) {
        output.string(Property.AUTHENTICATION_METHOD, auth.authenticationMethod());
        output.binaryData(Property.AUTHENTICATION_DATA, auth.authenticationData());
        output.string(Property.REASON_STRING, auth.reasonString());
        output.userProperties(auth.userProperties());
    }

    private static void require311(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no " + what);
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
