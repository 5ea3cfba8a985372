package io.reactivemqtt.codec;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Makes bytes of packets, in one version of MQTT: first {@link #encodedLength}, then {@link #encode} into exactly as much room.
 *
 * <p>MQTT 3.1.1 has no place for much of what the packets can say. What only negotiates or explains (the limits in CONNECT and
 * CONNACK, the Reason Codes and Reason Strings of acknowledgements and DISCONNECT) is left out; where something that an
 * application asked for would be lost, the packet is refused with an {@link IllegalArgumentException} that names it.
 *
 * <p>Immutable; there is one for each version.
 */
public final class PacketEncoder {

    /** How many bytes an acknowledgement takes that says no more than that all went well. */
    public static final int PLAIN_ACKNOWLEDGEMENT = 4;

    /** For lengths, which are the same for all. */
    private static final int ANY_PACKET_IDENTIFIER = 1;

    /** How many bytes a Topic Alias takes as a property. */
    private static final int ALIAS_PROPERTY = 3;

    private static final PacketEncoder MQTT_3_1_1 = new PacketEncoder(ProtocolVersion.MQTT_3_1_1);
    private static final PacketEncoder MQTT_5_0 = new PacketEncoder(ProtocolVersion.MQTT_5_0);

    private final boolean mqtt5;
    private final PacketBodies bodies;

    private PacketEncoder(ProtocolVersion version) {
        this.mqtt5 = version == ProtocolVersion.MQTT_5_0;
        this.bodies = new PacketBodies(version);
    }

    /** Returns the encoder for all connections that speak {@code version}. */
    public static PacketEncoder of(ProtocolVersion version) {
        return version == ProtocolVersion.MQTT_5_0 ? MQTT_5_0 : MQTT_3_1_1;
    }

    /**
     * Returns how many bytes {@code packet} takes, header included.
     *
     * @throws LimitExceededException if its Remaining Length is beyond 268,435,455, which no packet can say
     * @throws IllegalArgumentException if it says something that this version of MQTT cannot
     */
    public int encodedLength(Packet packet) {
        int remainingLength = remainingLength(packet);
        return 1 + VariableByteInteger.length(remainingLength) + remainingLength;
    }

    /**
     * Writes {@code packet} at the position of {@code target} and moves the position behind it.
     *
     * @param target big endian, with at least {@link #encodedLength} bytes remaining
     * @throws LimitExceededException if its Remaining Length is beyond 268,435,455, which no packet can say
     * @throws IllegalArgumentException if it says something that this version of MQTT cannot
     */
    public void encode(Packet packet, ByteBuffer target) {
        int remainingLength = remainingLength(packet);
        target.put((byte) firstByte(packet));
        VariableByteInteger.put(remainingLength, target);
        if (packet instanceof Publish publish) {
            putPublish(publish, target);
        } else if (packet instanceof Acknowledgement acknowledgement && isShort(acknowledgement)) {
            target.putShort((short) acknowledgement.packetIdentifier());
        } else {
            bodies.describe(packet, new Output(target));
        }
    }

    /**
     * Returns how many bytes the PUBLISH of {@code message} takes, as a client sends it: without a Topic Alias.
     *
     * @throws LimitExceededException if its Remaining Length is beyond 268,435,455, which no packet can say
     * @throws IllegalArgumentException if it says something that this version of MQTT cannot
     */
    public int encodedLength(ApplicationMessage message) {
        if (!message.properties().isEmpty()) {
            return encodedLength(publish(message, ANY_PACKET_IDENTIFIER, false));
        }
        int remainingLength = requireExpressible(PacketType.PUBLISH, plainLength(message));
        return 1 + VariableByteInteger.length(remainingLength) + remainingLength;
    }

    /**
     * Writes the PUBLISH of {@code message} as {@link #encode(Packet, ByteBuffer)} does; without properties that takes no object.
     *
     * @param packetIdentifier {@link Packet#NO_PACKET_IDENTIFIER} at QoS 0
     */
    public void encode(ApplicationMessage message, int packetIdentifier, boolean dup, ByteBuffer target) {
        if (!message.properties().isEmpty()) {
            encode(publish(message, packetIdentifier, dup), target);
            return;
        }
        target.put((byte) firstByte(message, dup));
        VariableByteInteger.put(requireExpressible(PacketType.PUBLISH, plainLength(message)), target);
        putBeforeProperties(message, packetIdentifier, target);
        if (mqtt5) {
            target.put((byte) 0);
        }
        message.payload().putInto(target);
    }

    /**
     * As {@link #encodedLength(ApplicationMessage)}, with a Topic Alias.
     *
     * @param topicAlias in place of the name; negated: beside it; {@link SentTopicAliases#NONE}: none
     */
    public int encodedLength(ApplicationMessage message, int topicAlias) {
        if (topicAlias == SentTopicAliases.NONE) {
            return encodedLength(message);
        }
        int remainingLength = aliasedLength(message, topicAlias);
        return 1 + VariableByteInteger.length(remainingLength) + remainingLength;
    }

    /** As {@link #encode(ApplicationMessage, int, boolean, ByteBuffer)}, with a Topic Alias as {@link #encodedLength(ApplicationMessage, int)} has it. */
    public void encode(
            ApplicationMessage message, int packetIdentifier, boolean dup, int topicAlias, ByteBuffer target) {
        if (topicAlias == SentTopicAliases.NONE) {
            encode(message, packetIdentifier, dup, target);
            return;
        }
        target.put((byte) firstByte(message, dup));
        VariableByteInteger.put(aliasedLength(message, topicAlias), target);
        if (topicAlias < 0) {
            putBeforeProperties(message, packetIdentifier, target);
        } else {
            target.putShort((short) 0);
            putPacketIdentifier(message, packetIdentifier, target);
        }
        if (message.properties().isEmpty()) {
            target.put((byte) ALIAS_PROPERTY);
            target.put((byte) Property.TOPIC_ALIAS.identifier());
            target.putShort((short) Math.abs(topicAlias));
        } else {
            new Output(target).properties(aliased(message, topicAlias), PacketBodies::publishProperties);
        }
        message.payload().putInto(target);
    }

    private int aliasedLength(ApplicationMessage message, int topicAlias) {
        long properties = message.properties().isEmpty()
                ? ALIAS_PROPERTY
                : Output.lengthOf(aliased(message, topicAlias), PacketBodies::publishProperties);
        long name = topicAlias < 0 ? 0 : message.topicName().encodedLength();
        return requireExpressible(
                PacketType.PUBLISH,
                plainLength(message) - name - 1 + VariableByteInteger.length(properties) + properties);
    }

    private static Publish aliased(ApplicationMessage message, int topicAlias) {
        return new Publish(
                message,
                message.qos() == Qos.AT_MOST_ONCE ? Packet.NO_PACKET_IDENTIFIER : ANY_PACKET_IDENTIFIER,
                false,
                Math.abs(topicAlias),
                List.of());
    }

    /** Returns an acknowledgement that says no more than that all went well, its {@link #PLAIN_ACKNOWLEDGEMENT} bytes as one number. */
    public static int encode(PacketType acknowledgement, int packetIdentifier) {
        int remainingLength = 2;
        return (acknowledgement.code() << 4 | reservedFlags(acknowledgement)) << 24
                | remainingLength << 16
                | packetIdentifier;
    }

    private static Publish publish(ApplicationMessage message, int packetIdentifier, boolean dup) {
        return new Publish(
                message, message.qos() == Qos.AT_MOST_ONCE ? Packet.NO_PACKET_IDENTIFIER : packetIdentifier, dup);
    }

    private int remainingLength(Packet packet) {
        long length;
        if (packet instanceof Publish publish) {
            length = publishLength(publish);
        } else if (packet instanceof Acknowledgement acknowledgement && isShort(acknowledgement)) {
            length = 2;
        } else {
            Output counter = new Output(null);
            bodies.describe(packet, counter);
            length = counter.length();
        }
        return requireExpressible(packet.type(), length);
    }

    private static int requireExpressible(PacketType type, long length) {
        if (length > VariableByteInteger.MAXIMUM) {
            throw new LimitExceededException(
                    type + " has " + length + " bytes, but no packet has more than " + VariableByteInteger.MAXIMUM,
                    ReasonCode.PACKET_TOO_LARGE);
        }
        return (int) length;
    }

    private static int firstByte(Packet packet) {
        PacketType type = packet.type();
        return packet instanceof Publish publish
                ? firstByte(publish.message(), publish.dup())
                : type.code() << 4 | reservedFlags(type);
    }

    private static int firstByte(ApplicationMessage message, boolean dup) {
        return PacketType.PUBLISH.code() << 4
                | (dup ? 0b1000 : 0)
                | message.qos().level() << 1
                | (message.retain() ? 1 : 0);
    }

    /** Returns the flags that a packet other than PUBLISH has in its first byte [MQTT-2.1.3-1]. */
    static int reservedFlags(PacketType type) {
        return switch (type) {
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0b0010;
            default -> 0;
        };
    }

    private boolean isShort(Acknowledgement acknowledgement) {
        return !mqtt5
                || (acknowledgement.reasonCode() == ReasonCode.SUCCESS
                        && acknowledgement.reasonString() == null
                        && acknowledgement.userProperties().isEmpty());
    }

    private long publishLength(Publish publish) {
        long plain = plainLength(publish.message());
        if (!mqtt5) {
            PacketBodies.requireExpressibleIn311(publish);
            return plain;
        }
        if (hasNoProperties(publish)) {
            return plain;
        }
        long properties = Output.lengthOf(publish, PacketBodies::publishProperties);
        return plain - 1 + VariableByteInteger.length(properties) + properties;
    }

    /** Returns the Remaining Length of a PUBLISH without properties. */
    private long plainLength(ApplicationMessage message) {
        return 2L
                + message.topicName().encodedLength()
                + (message.qos() == Qos.AT_MOST_ONCE ? 0 : 2)
                + (mqtt5 ? 1 : 0)
                + message.payload().size();
    }

    private void putPublish(Publish publish, ByteBuffer target) {
        putBeforeProperties(publish.message(), publish.packetIdentifier(), target);
        if (mqtt5) {
            if (hasNoProperties(publish)) {
                target.put((byte) 0);
            } else {
                new Output(target).properties(publish, PacketBodies::publishProperties);
            }
        }
        publish.message().payload().putInto(target);
    }

    private static void putBeforeProperties(ApplicationMessage message, int packetIdentifier, ByteBuffer target) {
        target.putShort((short) message.topicName().encodedLength());
        message.topicName().putInto(target);
        putPacketIdentifier(message, packetIdentifier, target);
    }

    private static void putPacketIdentifier(ApplicationMessage message, int packetIdentifier, ByteBuffer target) {
        if (message.qos() != Qos.AT_MOST_ONCE) {
            target.putShort((short) packetIdentifier);
        }
    }

    private static boolean hasNoProperties(Publish publish) {
        return publish.message().properties().isEmpty()
                && publish.topicAlias() == Publish.NO_TOPIC_ALIAS
                && publish.subscriptionIdentifiers().isEmpty();
    }
}
