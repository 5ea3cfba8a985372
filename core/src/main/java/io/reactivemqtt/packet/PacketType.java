package io.reactivemqtt.packet;

import org.jspecify.annotations.Nullable;

/** The fifteen MQTT Control Packet types (MQTT 5.0 §2.1.2), under the names that the standard prints. */
public enum PacketType {
    /** {@link Connect}. */
    CONNECT(1),
    /** {@link ConnAck}. */
    CONNACK(2),
    /** {@link Publish}. */
    PUBLISH(3),
    /** {@link PubAck}. */
    PUBACK(4),
    /** {@link PubRec}. */
    PUBREC(5),
    /** {@link PubRel}. */
    PUBREL(6),
    /** {@link PubComp}. */
    PUBCOMP(7),
    /** {@link Subscribe}. */
    SUBSCRIBE(8),
    /** {@link SubAck}. */
    SUBACK(9),
    /** {@link Unsubscribe}. */
    UNSUBSCRIBE(10),
    /** {@link UnsubAck}. */
    UNSUBACK(11),
    /** {@link PingReq}. */
    PINGREQ(12),
    /** {@link PingResp}. */
    PINGRESP(13),
    /** {@link Disconnect}. */
    DISCONNECT(14),
    /** {@link Auth}; not in MQTT 3.1.1. */
    AUTH(15);

    private static final PacketType[] TYPES = values();

    private final int code;

    PacketType(int code) {
        this.code = code;
    }

    /** Returns the number in the high nibble of the first byte: 1 to 15. */
    public int code() {
        return code;
    }

    /** Returns the type of a number, or null for 0, which is forbidden, and for what is above 15. */
    public static @Nullable PacketType of(int code) {
        return code < 1 || code > TYPES.length ? null : TYPES[code - 1];
    }
}
