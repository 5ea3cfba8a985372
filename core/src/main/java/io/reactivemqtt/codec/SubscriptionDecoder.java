package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Input.malformed;
import static io.reactivemqtt.codec.Input.packetIdentifier;
import static io.reactivemqtt.codec.Input.protocolError;
import static io.reactivemqtt.codec.Input.reasonCode;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.codec.Property.Carrier;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decodes SUBSCRIBE, UNSUBSCRIBE and their answers (MQTT 5.0 §3.8 to §3.11). */
final class SubscriptionDecoder {

    private static final Set<ReasonCode> SUBACK_RETURN_CODES_OF_3_1_1 = EnumSet.of(
            ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR);

    // Subscription Options (§3.8.3.1)
    static final int NO_LOCAL = 0b0000_0100;
    static final int RETAIN_AS_PUBLISHED = 0b0000_1000;
    static final int RETAIN_HANDLING_SHIFT = 4;
    private static final int RESERVED = 0b1100_0000;
    private static final int RESERVED_IN_3_1_1 = 0b1111_1100;

    private final ProtocolVersion version;
    private final ReceivedProperties properties;

    SubscriptionDecoder(ProtocolVersion version, ReceivedProperties properties) {
        this.version = version;
        this.properties = properties;
    }

    Subscribe subscribe(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        readProperties(source, Carrier.SUBSCRIBE);
        List<TopicSubscription> subscriptions = new ArrayList<>();
        while (source.hasRemaining()) {
            subscriptions.add(subscription(topicFilter(source), Input.unsignedByte(source)));
        }
        return new Subscribe(packetIdentifier, subscriptions, subscriptionIdentifier(), properties.userProperties());
    }

    private TopicFilter topicFilter(ByteBuffer source) {
        return TopicFilter.of(Input.string(source)).requireIn(version);
    }

    private @Nullable Integer subscriptionIdentifier() {
        return properties.has(Property.SUBSCRIPTION_IDENTIFIER)
                ? properties.subscriptionIdentifiers().get(0)
                : null;
    }

    private TopicSubscription subscription(TopicFilter topicFilter, int options) {
        int reserved = version == ProtocolVersion.MQTT_5_0 ? RESERVED : RESERVED_IN_3_1_1;
        if ((options & reserved) != 0) {
            throw malformed("reserved Subscription Options are not zero [MQTT-3.8.3-5]");
        }
        int level = options & 0b11;
        int retainHandling = options >> RETAIN_HANDLING_SHIFT;
        if (level == 3 || retainHandling == 3) {
            throw protocolError("Subscription Options with the QoS or Retain Handling 3");
        }
        return TopicSubscription.of(topicFilter, Qos.of(level))
                .withNoLocal((options & NO_LOCAL) != 0)
                .withRetainAsPublished((options & RETAIN_AS_PUBLISHED) != 0)
                .withRetainHandling(RetainHandling.of(retainHandling));
    }

    SubAck subAck(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        readProperties(source, Carrier.SUBACK);
        Set<ReasonCode> listed =
                version == ProtocolVersion.MQTT_5_0 ? SubAck.REASON_CODES : SUBACK_RETURN_CODES_OF_3_1_1;
        return new SubAck(
                packetIdentifier,
                reasonCodes(source, listed, "SUBACK"),
                properties.string(Property.REASON_STRING),
                properties.userProperties());
    }

    Unsubscribe unsubscribe(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        readProperties(source, Carrier.UNSUBSCRIBE);
        List<TopicFilter> topicFilters = new ArrayList<>();
        while (source.hasRemaining()) {
            topicFilters.add(topicFilter(source));
        }
        return new Unsubscribe(packetIdentifier, topicFilters, properties.userProperties());
    }

    UnsubAck unsubAck(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        if (version == ProtocolVersion.MQTT_3_1_1) {
            return new UnsubAck(packetIdentifier, List.of());
        }
        readProperties(source, Carrier.UNSUBACK);
        return new UnsubAck(
                packetIdentifier,
                reasonCodes(source, UnsubAck.REASON_CODES, "UNSUBACK"),
                properties.string(Property.REASON_STRING),
                properties.userProperties());
    }

    private static List<ReasonCode> reasonCodes(ByteBuffer source, Set<ReasonCode> listed, String packet) {
        if (!source.hasRemaining()) {
            throw protocolError(packet + " without a Reason Code");
        }
        List<ReasonCode> reasonCodes = new ArrayList<>(source.remaining());
        while (source.hasRemaining()) {
            reasonCodes.add(reasonCode(source, listed, packet));
        }
        return reasonCodes;
    }

    private void readProperties(ByteBuffer source, Carrier carrier) {
        if (version == ProtocolVersion.MQTT_5_0) {
            properties.read(source, carrier);
        } else {
            properties.clear();
        }
    }
}
