package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Input.malformed;
import static io.reactivemqtt.codec.Input.packetIdentifier;
import static io.reactivemqtt.codec.Input.protocolError;
import static io.reactivemqtt.codec.Input.reasonCode;
import static io.reactivemqtt.codec.PacketEncoder.PLAIN_ACKNOWLEDGEMENT;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.codec.Property.Carrier;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes packets of the bytes of one connection, in either direction: it knows all fifteen, and a decoder that reads a CONNECT
 * speaks that CONNECT's version from then on.
 *
 * <p>Strict: what is malformed in itself, or says what the standard lets nobody say, is refused with the Reason Code that the
 * standard names; where it names none, bytes that cannot be parsed are 0x81 and values that are not allowed 0x82. Whether a
 * packet may come now, or from this peer, is the session's to say. Bounded: a packet beyond the limit is refused as soon as
 * its length is known, and no length makes this allocate more than has arrived.
 *
 * <p>One decoder per connection, because the Topic Aliases belong to it. After an exception the connection is beyond repair.
 * Not thread-safe.
 */
public final class PacketDecoder {

    /** What {@link #takeAcknowledgement} returns if there is none. */
    public static final int NO_ACKNOWLEDGEMENT = 0;

    private static final int SHORTEST_HEADER = 2;
    private static final int DUP = 0b1000;
    private static final int RETAIN = 0b0001;

    private final ReceivedTopicNames topicNames;
    private final ReceivedProperties properties;
    private ProtocolVersion version;
    private int maximumPacketSize;

    /** Makes a decoder for a new connection. */
    public PacketDecoder(ProtocolVersion version, DecoderLimits limits) {
        this.version = version;
        this.maximumPacketSize = limits.maximumPacketSize();
        this.topicNames = new ReceivedTopicNames(limits.topicAliasMaximum());
        this.properties = new ReceivedProperties();
    }

    /**
     * Changes the largest packet that is taken from now on.
     *
     * @param bytes of the whole packet, at least 2
     * @throws IllegalArgumentException if it is less
     */
    public void maximumPacketSize(int bytes) {
        this.maximumPacketSize = DecoderLimits.requirePacketSize(bytes);
    }

    /**
     * Takes the packet at the position of {@code source} if it is an acknowledgement that says no more than that all went well,
     * and moves the position behind it: what most messages end in costs no object. For all else there is {@link #decode}.
     *
     * @return its type and Packet Identifier for {@link #acknowledgedType} and {@link #acknowledgedIdentifier}, or {@link
     *     #NO_ACKNOWLEDGEMENT} if there is something else, or not all of it yet; then nothing is moved
     */
    public int takeAcknowledgement(ByteBuffer source) {
        int start = source.position();
        if (source.limit() - start < PLAIN_ACKNOWLEDGEMENT || maximumPacketSize < PLAIN_ACKNOWLEDGEMENT) {
            return NO_ACKNOWLEDGEMENT;
        }
        int firstByte = source.get(start) & 0xFF;
        if (source.get(start + 1) != 2 || !isAcknowledgement(firstByte)) {
            return NO_ACKNOWLEDGEMENT;
        }
        int packetIdentifier = (source.get(start + 2) & 0xFF) << 8 | (source.get(start + 3) & 0xFF);
        if (packetIdentifier == Packet.NO_PACKET_IDENTIFIER) {
            return NO_ACKNOWLEDGEMENT; // decode() says what is wrong with it
        }
        source.position(start + PLAIN_ACKNOWLEDGEMENT);
        return firstByte >> 4 << 16 | packetIdentifier;
    }

    private static boolean isAcknowledgement(int firstByte) {
        return firstByte == 0x40 || firstByte == 0x50 || firstByte == 0x62 || firstByte == 0x70;
    }

    /** Returns the type of what {@link #takeAcknowledgement} returned. */
    public static PacketType acknowledgedType(int acknowledgement) {
        PacketType type = PacketType.of(acknowledgement >> 16);
        if (type == null) {
            throw new IllegalArgumentException("there was no acknowledgement");
        }
        return type;
    }

    /** Returns the Packet Identifier of what {@link #takeAcknowledgement} returned. */
    public static int acknowledgedIdentifier(int acknowledgement) {
        return acknowledgement & 0xFFFF;
    }

    /**
     * Returns how many bytes at least are missing of the packet at the position of {@code source}, so far as it tells its length; 0 if it is
     * whole.
     *
     * @throws ProtocolViolationException if it has no length
     */
    public static int missing(ByteBuffer source) {
        int there = source.remaining();
        if (there < SHORTEST_HEADER) {
            return SHORTEST_HEADER - there;
        }
        int remainingLength = VariableByteInteger.peek(source, source.position() + 1);
        return remainingLength == VariableByteInteger.INCOMPLETE
                ? 1
                : Math.max(0, 1 + VariableByteInteger.length(remainingLength) + remainingLength - there);
    }

    /**
     * Returns the packet at the position of {@code source} and moves the position behind it, or returns null and moves nothing
     * if it has not all arrived yet. The limit stays where it is.
     *
     * @throws ProtocolViolationException if the peer broke a rule; it carries the Reason Code for the DISCONNECT
     */
    public @Nullable Packet decode(ByteBuffer source) {
        int start = source.position();
        int limit = source.limit();
        if (limit - start < SHORTEST_HEADER) {
            return null;
        }
        int firstByte = source.get(start) & 0xFF;
        PacketType type = typeOf(firstByte);
        int remainingLength = VariableByteInteger.peek(source, start + 1);
        if (remainingLength == VariableByteInteger.INCOMPLETE) {
            return null;
        }
        int headerLength = 1 + VariableByteInteger.length(remainingLength);
        if (remainingLength > maximumPacketSize - headerLength) {
            throw new ProtocolViolationException(
                    ReasonCode.PACKET_TOO_LARGE,
                    type + " of " + (headerLength + remainingLength) + " bytes, but the Maximum Packet Size is "
                            + maximumPacketSize + " [MQTT-3.1.2-24]");
        }
        if (remainingLength > limit - start - headerLength) {
            return null;
        }
        try {
            source.limit(start + headerLength + remainingLength).position(start + headerLength);
            Packet packet = type == PacketType.PUBLISH ? publish(firstByte, source) : decode(type, source);
            if (source.hasRemaining()) {
                throw malformed(source.remaining() + " bytes after the end of " + type);
            }
            return packet;
        } catch (
                IllegalArgumentException
                        notAllowed) { // by the values, which refuse what the standard forbids any sender
            throw protocolError(type + ": " + notAllowed.getMessage());
        } finally {
            source.limit(limit);
        }
    }

    private PacketType typeOf(int firstByte) {
        PacketType type = PacketType.of(firstByte >> 4);
        if (type == null || (type == PacketType.AUTH && version == ProtocolVersion.MQTT_3_1_1)) {
            throw malformed("there is no Control Packet of type " + (firstByte >> 4));
        }
        int flags = firstByte & 0x0F;
        if (type != PacketType.PUBLISH && flags != PacketEncoder.reservedFlags(type)) {
            throw malformed(type + " has the wrong flags: " + Integer.toBinaryString(flags) + " [MQTT-2.1.3-1]");
        }
        return type;
    }

    private Packet publish(int firstByte, ByteBuffer source) {
        Qos qos = publishQos(firstByte);
        boolean dup = (firstByte & DUP) != 0;
        TopicName topicName = topicNames.read(source);
        int packetIdentifier = qos == Qos.AT_MOST_ONCE ? Packet.NO_PACKET_IDENTIFIER : packetIdentifier(source);

        int topicAlias = Publish.NO_TOPIC_ALIAS;
        MessageProperties messageProperties = MessageProperties.NONE;
        List<Integer> subscriptionIdentifiers = List.of();
        if (version == ProtocolVersion.MQTT_5_0) {
            properties.read(source, Carrier.PUBLISH);
            if (!properties.isEmpty()) {
                messageProperties = properties.messageProperties();
                subscriptionIdentifiers = properties.subscriptionIdentifiers();
                if (properties.has(Property.TOPIC_ALIAS)) {
                    topicAlias = properties.number(Property.TOPIC_ALIAS);
                    topicName = topicNames.resolve(topicAlias, topicName);
                }
            }
        }
        if (topicName == null) {
            throw protocolError("PUBLISH without a Topic Name [MQTT-4.7.3-1]");
        }
        Payload payload = Payload.read(source, source.remaining());
        return new Publish(
                ApplicationMessage.of(topicName, payload, qos, (firstByte & RETAIN) != 0, messageProperties),
                packetIdentifier,
                dup,
                topicAlias,
                subscriptionIdentifiers);
    }

    private static Qos publishQos(int firstByte) {
        int level = firstByte >> 1 & 0b11;
        if (level == 3) {
            throw malformed("PUBLISH with both QoS bits set [MQTT-3.3.1-4]");
        }
        if (level == 0 && (firstByte & DUP) != 0) {
            throw malformed("PUBLISH of QoS 0 with DUP 1 [MQTT-3.3.1-2]");
        }
        return Qos.of(level);
    }

    private Packet decode(PacketType type, ByteBuffer source) {
        return switch (type) {
            case CONNECT -> connect(source);
            case CONNACK -> connectionDecoder().connAck(source);
            case PUBACK -> pubAck(source);
            case PUBREC -> pubRec(source);
            case PUBREL -> pubRel(source);
            case PUBCOMP -> pubComp(source);
            case SUBSCRIBE -> subscriptionDecoder().subscribe(source);
            case SUBACK -> subscriptionDecoder().subAck(source);
            case UNSUBSCRIBE -> subscriptionDecoder().unsubscribe(source);
            case UNSUBACK -> subscriptionDecoder().unsubAck(source);
            case PINGREQ -> PingReq.INSTANCE;
            case PINGRESP -> PingResp.INSTANCE;
            case DISCONNECT -> connectionDecoder().disconnect(source);
            case AUTH -> connectionDecoder().auth(source);
            case PUBLISH -> throw new AssertionError("decoded before");
        };
    }

    private Connect connect(ByteBuffer source) {
        Connect connect = connectionDecoder().connect(source);
        version = connect.protocolVersion();
        return connect;
    }

    private ConnectionDecoder connectionDecoder() {
        return new ConnectionDecoder(version, new ReceivedProperties()); // its own: what is idle then holds none
    }

    private SubscriptionDecoder subscriptionDecoder() {
        return new SubscriptionDecoder(version, properties);
    }

    private PubAck pubAck(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        ReasonCode reasonCode = acknowledged(source, Carrier.PUBACK, PubAck.REASON_CODES);
        return properties.isEmpty()
                ? new PubAck(packetIdentifier, reasonCode)
                : new PubAck(
                        packetIdentifier,
                        reasonCode,
                        properties.string(Property.REASON_STRING),
                        properties.userProperties());
    }

    private PubRec pubRec(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        ReasonCode reasonCode = acknowledged(source, Carrier.PUBREC, PubRec.REASON_CODES);
        return properties.isEmpty()
                ? new PubRec(packetIdentifier, reasonCode)
                : new PubRec(
                        packetIdentifier,
                        reasonCode,
                        properties.string(Property.REASON_STRING),
                        properties.userProperties());
    }

    private PubRel pubRel(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        ReasonCode reasonCode = acknowledged(source, Carrier.PUBREL, PubRel.REASON_CODES);
        return properties.isEmpty()
                ? new PubRel(packetIdentifier, reasonCode)
                : new PubRel(
                        packetIdentifier,
                        reasonCode,
                        properties.string(Property.REASON_STRING),
                        properties.userProperties());
    }

    private PubComp pubComp(ByteBuffer source) {
        int packetIdentifier = packetIdentifier(source);
        ReasonCode reasonCode = acknowledged(source, Carrier.PUBCOMP, PubComp.REASON_CODES);
        return properties.isEmpty()
                ? new PubComp(packetIdentifier, reasonCode)
                : new PubComp(
                        packetIdentifier,
                        reasonCode,
                        properties.string(Property.REASON_STRING),
                        properties.userProperties());
    }

    /** Reads what may follow the Packet Identifier of an acknowledgement: nothing, a Reason Code, or that and properties. */
    private ReasonCode acknowledged(ByteBuffer source, Carrier carrier, Set<ReasonCode> listed) {
        properties.clear();
        if (version == ProtocolVersion.MQTT_3_1_1 || !source.hasRemaining()) {
            return ReasonCode.SUCCESS;
        }
        ReasonCode reasonCode = reasonCode(source, listed, carrier.name());
        if (source.hasRemaining()) {
            properties.read(source, carrier);
        }
        return reasonCode;
    }
}
