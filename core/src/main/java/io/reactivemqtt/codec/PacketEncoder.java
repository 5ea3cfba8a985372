package io.reactivemqtt.codec;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.LimitExceededException;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;

/**
 * Makes bytes of packets, in one version of MQTT: first {@link #encodedLength}, then {@link #encode} into exactly as much room.
 *
 * <p>MQTT 3.1.1 has no place for much of what the packets can say. What only negotiates or explains (the limits in CONNECT and
 * CONNACK, the Reason Codes and Reason Strings of acknowledgements and DISCONNECT) is left out; where something that an
 * application asked for would be lost, the packet is refused with an {@link IllegalArgumentException} that names it.
 *
 * <p>Holds nothing but the version.
 */
public final class PacketEncoder {

    private final boolean mqtt5;
    private final PacketBodies bodies;

    /** Makes an encoder for connections that speak {@code version}. */
    public PacketEncoder(ProtocolVersion version) {
        this.mqtt5 = version == ProtocolVersion.MQTT_5_0;
        this.bodies = new PacketBodies(version);
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
        if (length > VariableByteInteger.MAXIMUM) {
            throw new LimitExceededException(
                    packet.type() + " has " + length + " bytes, but no packet has more than "
                            + VariableByteInteger.MAXIMUM,
                    ReasonCode.PACKET_TOO_LARGE);
        }
        return (int) length;
    }

    private static int firstByte(Packet packet) {
        PacketType type = packet.type();
        int flags = reservedFlags(type);
        if (packet instanceof Publish publish) {
            ApplicationMessage message = publish.message();
            flags = (publish.dup() ? 0b1000 : 0) | message.qos().level() << 1 | (message.retain() ? 1 : 0);
        }
        return type.code() << 4 | flags;
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
        ApplicationMessage message = publish.message();
        long length = 2L
                + message.topicName().encodedLength()
                + (message.qos() == Qos.AT_MOST_ONCE ? 0 : 2)
                + message.payload().size();
        if (!mqtt5) {
            PacketBodies.requireExpressibleIn311(publish);
            return length;
        }
        if (hasNoProperties(publish)) {
            return length + 1;
        }
        long properties = Output.lengthOf(publish, PacketBodies::publishProperties);
        return length + VariableByteInteger.length(properties) + properties;
    }

    private void putPublish(Publish publish, ByteBuffer target) {
        ApplicationMessage message = publish.message();
        target.putShort((short) message.topicName().encodedLength());
        message.topicName().putInto(target);
        if (message.qos() != Qos.AT_MOST_ONCE) {
            target.putShort((short) publish.packetIdentifier());
        }
        if (mqtt5) {
            if (hasNoProperties(publish)) {
                target.put((byte) 0);
            } else {
                new Output(target).properties(publish, PacketBodies::publishProperties);
            }
        }
        message.payload().putInto(target);
    }

    private static boolean hasNoProperties(Publish publish) {
        return publish.message().properties().isEmpty()
                && publish.topicAlias() == Publish.NO_TOPIC_ALIAS
                && publish.subscriptionIdentifiers().isEmpty();
    }
}
