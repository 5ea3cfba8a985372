package io.reactivemqtt.packet;

/** PINGREQ: asks whether the Server is there (MQTT 5.0 §3.12). */
public record PingReq() implements Packet {

    /** The one value. */
    public static final PingReq INSTANCE = new PingReq();

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
