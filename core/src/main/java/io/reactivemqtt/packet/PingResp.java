package io.reactivemqtt.packet;

/** PINGRESP: the Server is there (MQTT 5.0 §3.13). */
public record PingResp() implements Packet {

    /** The one value. */
    public static final PingResp INSTANCE = new PingResp();

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
