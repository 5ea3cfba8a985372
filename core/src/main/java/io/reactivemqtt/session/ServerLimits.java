package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.ConnAck;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the Server announced in CONNACK, its defaults filled in: nothing beyond it is ever sent (MQTT 5.0 §3.2.2.3).
 *
 * @param receiveMaximum how many QoS 1 and 2 messages may be on their way; less if this client was told so
 * @param maximumPacketSize in bytes
 */
record ServerLimits(
        ProtocolVersion version,
        Qos maximumQos,
        boolean retainAvailable,
        int receiveMaximum,
        long maximumPacketSize,
        boolean wildcardSubscriptionAvailable,
        boolean subscriptionIdentifiersAvailable,
        boolean sharedSubscriptionAvailable) {

    private static final long LARGEST_PACKET = 268_435_460;

    /** Fixed header, length of the Topic Name, Packet Identifier, no properties. */
    private static final int MOST_AROUND_A_MESSAGE = 5 + 2 + 2 + 1;

    static ServerLimits of(SessionOptions options, ConnAck connAck) {
        return new ServerLimits(
                options.protocolVersion(),
                Objects.requireNonNullElse(connAck.maximumQos(), Qos.EXACTLY_ONCE),
                !Boolean.FALSE.equals(connAck.retainAvailable()),
                Math.min(Objects.requireNonNullElse(connAck.receiveMaximum(), 65_535), options.sendMaximum()),
                Objects.requireNonNullElse(connAck.maximumPacketSize(), LARGEST_PACKET),
                !Boolean.FALSE.equals(connAck.wildcardSubscriptionAvailable()),
                options.protocolVersion() == ProtocolVersion.MQTT_5_0
                        && !Boolean.FALSE.equals(connAck.subscriptionIdentifiersAvailable()),
                !Boolean.FALSE.equals(connAck.sharedSubscriptionAvailable()));
    }

    /** Returns what {@code message} is beyond, its size aside, or null if it may be sent. */
    @Nullable
    LimitExceededException refusal(ApplicationMessage message) {
        if (message.qos().compareTo(maximumQos) > 0) { // [MQTT-3.2.2-11]
            return new LimitExceededException(
                    "the Server's Maximum QoS is " + maximumQos.level() + ", the message has QoS "
                            + message.qos().level(),
                    ReasonCode.QOS_NOT_SUPPORTED);
        } else if (message.retain() && !retainAvailable) { // [MQTT-3.2.2-14]
            return new LimitExceededException(
                    "the Server keeps no retained messages (Retain Available 0)", ReasonCode.RETAIN_NOT_SUPPORTED);
        }
        return null;
    }

    /** Returns what {@code subscription} is beyond, or null if it may be asked for. */
    @Nullable
    LimitExceededException refusal(TopicSubscription subscription) {
        if (subscription.topicFilter().isShared() && !sharedSubscriptionAvailable) {
            return new LimitExceededException(
                    "the Server has no Shared Subscriptions: " + subscription.topicFilter(),
                    ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED);
        } else if (subscription.topicFilter().hasWildcard() && !wildcardSubscriptionAvailable) {
            return new LimitExceededException(
                    "the Server has no subscriptions with wildcards: " + subscription.topicFilter(),
                    ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        }
        return null;
    }

    /** Tells whether any packet could be too large at all. */
    boolean limitsPacketSize() {
        return maximumPacketSize < LARGEST_PACKET;
    }

    /** Tells whether a PUBLISH of {@code message} has to be measured: it is not obvious that it is small enough. */
    boolean couldBeTooLarge(ApplicationMessage message) {
        if (!limitsPacketSize()) {
            return false;
        }
        long length = (long) MOST_AROUND_A_MESSAGE
                + message.topicName().encodedLength()
                + message.payload().size();
        return length > maximumPacketSize || !message.properties().isEmpty();
    }

    /** Returns what a packet of {@code size} bytes is beyond, or null if it may be sent [MQTT-3.2.2-15]. */
    @Nullable
    LimitExceededException refusal(int size) {
        return size <= maximumPacketSize
                ? null
                : new LimitExceededException(
                        "the Server's Maximum Packet Size is " + maximumPacketSize + " bytes, the packet has " + size,
                        ReasonCode.PACKET_TOO_LARGE);
    }
}
